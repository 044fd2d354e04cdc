"""Words that carry no content of a question, by language (ISO 639-1).

Articles, pronouns, prepositions, conjunctions, question words and auxiliary verbs; in Chinese,
which is written without spaces, single characters.
"""

from collections.abc import Sequence

_WORDS = {
    "en": """
a about after all also am an and any are as at be because been before being between both but by
can could did do does doing down during each few for from further had has have having he her
here hers him his how i if in into is it its itself just me more most my no nor not of off on
once only or other our out over own same she should so some such than that the their them then
there these they this those through to too under until up very was we were what when where which
while who whom whose why will with would you your
""",
    "de": """
ab aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus bei
beim bereits bin bis bist da dabei dadurch dafür dagegen daher damals damit danach daran darauf
daraus darf darin darüber darum das dass davon dazu dein deine dem den denen denn der deren des
deshalb dessen die dies diese diesem diesen dieser dieses doch dort du durch durfte dürfen ein eine
einem einen einer eines einige er es etwa etwas euch euer für gab gegen gibt hat hatte hatten hätte
habe haben hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in ins ist ja je
jede jedem jeden jeder jedes jedoch jene jener jetzt kann kein keine keinem keinen keiner könne
können konnte konnten man mehr mein meine mich mir mit muss müssen musste mussten nach nicht nichts
noch nun nur ob oder ohne schon sehr sei sein seine seinem seinen seiner seines seit selbst sich sie
sind so sobald solche soll sollen sollte sondern sonst sowie über um und uns unser unter viel viele
vielen vom von vor wann war waren warum was weg weil welche welchem welchen welcher welches wem wen
wenn wer werde werden wessen weshalb wie wieder wieso wieviel wieviele will wir wird wo wobei
wodurch woher wohin womit worden wozu wurde wurden während würde zu zum zur zwar zwischen
""",
    "es": """
a al algo algunas algunos allí ante antes aquel aquella aquello aquí así aun aunque bajo cada como
cómo con contra cual cuál cuales cuáles cualquier cuando cuándo cuanta cuánta cuantas cuántas cuanto
cuánto cuantos cuántos de del desde después donde dónde dos durante e el él ella ellas ellos en
entonces entre era eran es esa esas ese eso esos esta está están estaba estaban estado estar estas
este esto estos estuvo fue fueron ha había habían haber han hasta hay hubo la las le les lo los mas
más me mi mientras muy nada ni no nos nosotros o os otra otras otro otros para pero poco por porque
pues puede pueden pudo que qué quien quién quienes quiénes se sea sean según ser será si sí sido
siendo sin sobre solo sólo son su sus también tan tanto te tener tenía tiene tienen toda todas todo
todos tras tu tuvo un una unas uno unos y ya yo
""",
    "fr": """
a à ai ainsi alors après as au aucun aucune aussi autre autres aux avaient avait avant avec avoir
ayant c ça car ce ceci cela celle celles celui ces cet cette ceux chaque chez comme comment d dans
de depuis des deux donc dont du durant elle elles en encore entre es est et étaient était été être
eu eut eux fait fut furent il ils j je jusqu jusque l la là laquelle le lequel les lesquels leur
leurs lors lorsque lui m ma mais me même mes moi mon n ne ni nos notre nous on ont or ou où par
parce pas pendant peu peut peuvent plus plusieurs pour pourquoi près puis puisque qu quand que quel
quelle quelles quels qui quoi s sa sans sauf se selon sera ses si soit son sont sous sur t ta tandis
te tel telle tes toi ton tous tout toute toutes très tu un une vers voici voilà vos votre vous y
""",
    "ru": """
а без бы был была были было быть в вам вас весь во вот все всё всего всех вы где да даже для до его
ее её если есть еще ещё ею же за зачем здесь и из из-за или им ими их к как какая какие каким каких
какова каково каковы какого какое какой каком какому какую кем ко когда кого ком кому которая
которого которое которой котором которую которые который которых кто куда ли либо между меня мне
может могут мой моя мы на над нас наш не него нее неё ней нет ни нибудь ним них но ну о об обо один
однако он она они оно от откуда отчего по под пока после потом потому почему почти при про раз с со
сам сама сами свое своё своего своей свои своих свой свою себе себя сейчас сколько со собой так
такая также такие таким такой там те тем тех то тобой тогда того тоже той только том тот ту тут ты у
уже хотя чего чей чем чему через что чтобы чье чьё чьи чья эта эти этим этих это этого этой этом
этот эту я
""",
    "ar": """
آخر أثناء أجل إذ إذا أكثر إلا إلى ألا أم أما أمام أن إن أنا أنت أنه إنه أنها إنها أو أول أي أية أين
أيضا بأن بحيث بدون بسبب بعد بعض بل بما به بها بهذا بهذه بين بينما تحت تلك تم ثم جدا حتى حول حيث حين
خلال دون ذلك ذات سوف سوى ضد ضمن عبر عدة عدم على عليه عليها عما عن عند عندما عنه عنها غير فإن فقد
فقط فهو فهي في فيما فيه فيها قبل قد كان كانت كانوا كذلك كل كلا كم كما كي كيف لا لأن لأنه لأنها لدى
لذلك لقد لكل لكن لكنه لم لماذا لمن لن له لها لهذا لهم لو لولا ليس ليست ما ماذا مازال مثل متى مع معه
معها مما من منذ منه منها منهم نحو نفس نفسه هذا هذه هم هما هن هنا هناك هو هي هل وقد وكان وكانت ولا
ولكن ولم ولن ومن وهو وهي وهم يتم يجب يكون تكون يمكن
""",
    "zh": """
的 了 是 在 和 与 及 或 而 且 但 也 都 就 还 又 很 被 把 将 从 到 对 于 向 由 以 为 因 所 之 其
这 那 此 哪 谁 什 么 何 怎 样 几 吗 呢 吧 啊 着 过 们 他 她 它 我 你 您 该 些 个 有 没 不 会 能 可
要 让 给 得 地
""",
}
FUNCTION_WORDS = {language: frozenset(listed.split()) for language, listed in _WORDS.items()}
"""By language; English first. A language that is not here has none listed."""

# English function words that are words of a neighbouring language too.
_SHARED_WORDS = """
a all am an any as at be by do for had has have he her here him his i in is it me more no nor not of
off on once only or over same so such than then to under up was we will
"""
ENGLISH_ONLY = FUNCTION_WORDS["en"] - frozenset(_SHARED_WORDS.split())
"""Function words that tell English from other languages in Latin script."""


def written_in(found: Sequence[str]) -> str:
    """The language that most of the function words among some lower-case words belong to.

    English unless more of them belong to another and none is English alone: "war", "man" and "die"
    are function words of German, and mean something in an English question.
    """
    if any(word in ENGLISH_ONLY for word in found):
        return "en"
    counts = {
        language: sum(word in listed for word in found)
        for language, listed in FUNCTION_WORDS.items()
    }
    return max(counts, key=counts.__getitem__)
