import { DISTANCE_TITLES } from '../../evaluation/words.js';
import type { ExplainedDistance, Explanation } from '../../jobs/explain.js';
import { clockTime } from '../cli/words.js';
import { INK, PALE_INK, PALE_LINE } from '../plots/plot-style.js';
import { type Beside, matrixFigure, range, smallFigure } from './matrix-figure.js';
import { escaped } from './words.js';

export type Explained = {
	readonly cut: string;
	readonly track: string;
	/** The model by which they were compared, and what is to be known about it. */
	readonly model: { readonly id: string; readonly note: string };
	readonly explanation: Explanation;
	readonly beside: Beside;
};

const LARGE = { width: 780, rowHeight: 40 };
const SMALL = { width: 360, rowHeight: 10 };

/** One page that needs nothing else: no script, no network, no other file. */
export const explainPage = ({ cut, track, model, explanation, beside }: Explained): string => {
	const ordered = explanation.distances.filter(({ path }) => path !== null);
	const { least, most } = range(explanation.similarity.data);
	const title = `${cut} beside ${track}`;
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style(ordered)}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>Each row is a segment of the cut, each column a section of the track, as wide as it is long. The darker, the more alike:
dot products of the embeddings, from ${least.toFixed(2)} (white) to ${most.toFixed(2)} (dark). Outlined and joined is what the chosen
distance pairs. Model: <code>${escaped(model.id)}</code>. ${escaped(model.note)}</p>
${ordered.map(({ name }, k) => `<input type="radio" name="path" id="show-${name}"${ordered[k]!.name === FIRST ? ' checked' : ''}>`).join('\n')}
<div class="choices">Path of ${ordered.map(({ name }) => `<label for="show-${name}">${DISTANCE_TITLES[name]}</label>`).join('')}</div>
<figure class="large">${matrixFigure(explanation, beside, LARGE)}</figure>
<h2>Every distance</h2>
<div class="all">
${ordered
	.map(
		distance => `<figure>${smallFigure(explanation, distance, beside.trackDuration, SMALL)}
<figcaption><strong>${DISTANCE_TITLES[distance.name]}</strong> ${described(distance, explanation)}</figcaption></figure>`,
	)
	.join('\n')}
</div>
<h2>Values</h2>
<table><thead><tr><th>distance</th><th>value</th><th>pairs</th><th>the cut begins in the track at</th></tr></thead><tbody>
${explanation.distances.map(row).join('\n')}
</tbody></table>
<p class="note">Lower is better within one distance; values of different distances can’t be compared. A track’s rank comes from these
values against those of all other tracks. Distances without a path ignore order.</p>
</body>
</html>
`;
};

/** Which path is shown at first: the product’s own choice. */
const FIRST = 'timed-best-trace';

const described = ({ value, path }: ExplainedDistance, { segments, sections }: Explanation): string => {
	const paired = (side: 'query' | 'candidate') => new Set(path!.pairs.map(pair => pair[side])).size;
	const start = path!.offset === null ? '' : `, the cut’s start at about ${signedTime(path!.offset)} of the track`;
	return `${value.toFixed(3)}: ${paired('query')} of ${segments.length} segments with ${paired('candidate')} of ${sections.length} sections${start}`;
};

const row = ({ name, value, path }: ExplainedDistance): string => {
	const start = path?.offset == null ? '' : signedTime(path.offset);
	return `<tr><th scope="row">${DISTANCE_TITLES[name]}</th><td>${value.toFixed(3)}</td><td>${path ? path.pairs.length : ''}</td><td>${start}</td></tr>`;
};

/** An offset before the track's start is negative: the cut begins without music. */
const signedTime = (offset: number): string => (offset < 0 ? `−${clockTime(-offset)}` : clockTime(offset));

const style = (ordered: readonly ExplainedDistance[]): string => `
body { font: 15px/1.5 system-ui, sans-serif; color: ${INK}; max-width: 1000px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2.2rem; }
input[type=radio] { position: absolute; opacity: 0; }
.choices { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; margin: 1rem 0; }
.choices label { border: 1px solid ${PALE_INK}; border-radius: 1rem; padding: .1rem .8rem; cursor: pointer; }
figure { margin: 0; } svg { max-width: 100%; height: auto; box-sizing: border-box; }
svg text { font-size: 12px; fill: ${INK}; }
.large .path { visibility: hidden; }
${ordered
	.map(
		({ name }) => `#show-${name}:checked ~ .large .path-${name} { visibility: visible; }
#show-${name}:checked ~ .choices label[for=show-${name}] { background: ${INK}; color: white; }
#show-${name}:focus-visible ~ .choices label[for=show-${name}] { outline: 2px solid ${INK}; outline-offset: 2px; }`,
	)
	.join('\n')}
.all { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 1.4rem; }
.all svg { border: 1px solid ${PALE_LINE}; } figcaption { font-size: .87rem; }
table { border-collapse: collapse; } th, td { text-align: right; padding: .15rem .9rem .15rem 0; border-bottom: 1px solid ${PALE_LINE}; }
th:first-child { text-align: left; font-weight: normal; } thead th { color: ${PALE_INK}; font-weight: normal; }
.note { color: ${PALE_INK}; font-size: .87rem; }`;
