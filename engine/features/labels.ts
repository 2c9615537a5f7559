import type { Matrix32 } from '../numeric/matrix.js';
import { MUSIC_TAGS } from './music-tag-names.js';

/** Labels that a track gets at most. */
const MOST = 5;
/** A tag below this on average over the sounding seconds says too little. Ours, from the tracks of the demo. */
const LEAST = 0.1;

/**
 * The tagger's strongest labels over a whole track, strongest first, at most five. Seconds without sound (all tags 0) don't
 * count; a tag's strength is its mean over the others, and a word that both taggers know is as strong as the surer one
 * says. Tags about voices are left out: where somebody sings is told apart from these, and better.
 *
 * @param tags - one row a second: seconds × 100 in the order of {@link MUSIC_TAGS}, in [0, 1]
 */
export const trackLabels = (tags: Matrix32): string[] => {
	const means = meanOverSound(tags);
	const strengths = new Map<string, number>();
	means.forEach((strength, column) => {
		const label = labelOf(MUSIC_TAGS[column]!);
		if (label !== null) strengths.set(label, Math.max(strength, strengths.get(label) ?? 0));
	});
	return [...strengths]
		.filter(([, strength]) => strength >= LEAST)
		.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
		.slice(0, MOST)
		.map(([label]) => label);
};

const meanOverSound = ({ rows, cols, data }: Matrix32): Float64Array => {
	const sums = new Float64Array(cols);
	let sounding = 0;
	for (let r = 0; r < rows; r++) {
		const values = data.subarray(r * cols, (r + 1) * cols);
		if (!values.some(value => value > 0)) continue;
		sounding++;
		values.forEach((value, c) => {
			sums[c]! += value;
		});
	}
	return sounding === 0 ? sums : sums.map(sum => sum / sounding);
};

/** One word for what the two taggers call differently; null for a tag about voices. */
const labelOf = (tag: string): string | null => {
	if (VOICES.test(tag)) return null;
	return SAME_AS[tag] ?? tag.toLowerCase();
};

const VOICES = /\b(vocals?|vocalists?|voice|singing|(fe)?male|(wo)?man|choir|choral|opera|instrumental)\b/;

const SAME_AS: Readonly<Record<string, string>> = { beats: 'beat', chill: 'chillout', classic: 'classical' };
