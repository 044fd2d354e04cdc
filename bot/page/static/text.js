// Pure functions on text: offsets, citation markers, footnotes.

// Offsets arrive counted in code points; JavaScript counts UTF-16 units. The two differ after
// every character beyond the basic plane (emoji, some scripts), so remember where those are.
export function offsets(text) {
  const wide = [];
  let points = 0;
  for (let unit = 0; unit < text.length; unit++, points++) {
    if (text.codePointAt(unit) > 0xffff) {
      wide.push(points);
      unit++;
    }
  }
  return (point) => {
    let low = 0;
    let high = wide.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (wide[middle] < point) low = middle + 1;
      else high = middle;
    }
    return point + low;
  };
}

// Splits an answer into [{text, markers: [n, …]}]: what is said, and the citations after it.
// A bracketed number beyond the citations is part of the text.
export function claims(text, citations) {
  const found = [{ text: "", markers: [] }];
  let end = 0;
  for (const match of text.matchAll(/\s*\[(\d{1,3})\]/g)) {
    const number = Number(match[1]);
    if (number < 1 || number > citations) continue;
    const between = text.slice(end, match.index);
    let last = found[found.length - 1];
    if (last.markers.length && between.trim()) found.push((last = { text: "", markers: [] }));
    last.text += between;
    if (!last.markers.includes(number)) last.markers.push(number);
    end = match.index + match[0].length;
  }
  const rest = text.slice(end);
  const last = found[found.length - 1];
  if (last.markers.length && rest) found.push({ text: rest, markers: [] });
  else last.text += rest;
  return found.filter((claim) => claim.text || claim.markers.length);
}

// Whether words bring a quotation mark of their own, so that none is set before it.
export function opens_quoted(words) {
  return /^["“„«「『‘']/.test(words);
}

// Words as a quotation.
export function in_quotes(words) {
  return opens_quoted(words) ? words : `“${words}”`;
}

// The answer as Markdown with a footnote for every citation, the first one numbered `first`.
export function footnotes(text, citations, first = 1) {
  const body = text.replace(/\s*\[(\d{1,3})\]/g, (marker, digits) =>
    Number(digits) >= 1 && Number(digits) <= citations.length ? `[^${Number(digits) + first - 1}]` : marker,
  );
  const notes = citations.map(
    (citation, at) => `[^${at + first}]: ${in_quotes(citation.quote.replace(/\s+/g, " "))} (${citation.title ?? citation.article_id})`,
  );
  return notes.length ? `${body}\n\n${notes.join("\n")}\n` : `${body}\n`;
}

// A conversation as Markdown: its questions as headings, its sources as footnotes.
export function as_markdown({ title, article, updated, turns }) {
  let first = 1;
  const parts = [`# ${title}`, `${article.title}, ${new Date(updated).toISOString().slice(0, 10)}`];
  for (const { question, answer } of turns) {
    parts.push(`## ${question.replace(/\s+/g, " ")}`, footnotes(answer.text, answer.citations, first).trimEnd());
    first += answer.citations.length;
  }
  return `${parts.join("\n\n")}\n`;
}

export const as_json = (talk) => `${JSON.stringify(talk, null, 2)}\n`;

// A name that every file system takes.
export const file_name = ({ title }, ending) =>
  `${title.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "conversation"}.${ending}`;

export const seconds = (value) =>
  value < 1 ? `${Math.max(1, Math.round(value * 1000))} ms` : `${value.toFixed(1)} s`;
