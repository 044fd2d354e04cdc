"""Search: what the reader reads comes first, the rest follows as retrieved."""

from bot.config import Config
from index.retriever import retrieve
from index.types import Article

RIVERS = ("Elbe", "Oder", "Main", "Saale", "Havel", "Spree", "Neckar", "Isar", "Lech")


def test_reranks_what_an_answer_is_looked_for_in(bot, store):
    told = [
        f"The {river} is a river. " + "Boats on the river carry coal and the harbour is busy. " * 14
        for river in RIVERS
    ]
    told[4] += "A flood in the year 1845 broke the bridge over it."
    article = Article("rivers", "\n\n".join(told), "Rivers")
    question = "When did a flood break the bridge over the river?"
    depth = Config().top_k
    store.add_articles([article])
    retrieved = retrieve(store, question, 12)
    assert len(retrieved) > depth
    found = bot.with_articles([article]).search(question, 12)
    places = [(passage.start, passage.end) for passage in found]
    as_retrieved = [(passage.start, passage.end) for passage in retrieved]
    assert "1845" in found[0].text
    assert sorted(places[:depth]) == sorted(as_retrieved[:depth])
    assert places[depth:] == as_retrieved[depth:]
    scores = [passage.score for passage in found]
    assert scores == sorted(scores, reverse=True)
    assert bot.with_articles([article]).search(question, 2) == found[:2]
