"""Training of the extractive reader shipped as ``bot/data/reader.onnx``; not part of the wheel."""
