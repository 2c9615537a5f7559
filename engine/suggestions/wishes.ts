import { MUSIC_TAGS } from '../features/music-tag-names.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import { rowRange } from '../numeric/matrix.js';
import { moments, standardised } from '../numeric/statistics.js';
import { EngineError } from '../protocol/errors.js';
import type { Wishes } from '../protocol/messages.js';
import type { Span } from '../time/time.js';
import { likenessTo, meanFeatures as meanOfFeatures } from './similar-tracks.js';

/** What wishes are held against. */
export type Wished = { readonly analysis: TrackAnalysis };

/** An example of music, with what it says. */
export type Example = { readonly analysis: TrackAnalysis; readonly passage: Span | null; readonly weight: number };

export type ResolvedWishes = {
	readonly like: readonly Example[];
	readonly unlike: readonly Example[];
	readonly words: Wishes['words'];
	readonly after: TrackAnalysis | null;
};

/**
 * How far each track is what was asked for. Likeness to an example is the cosine of mean tagger features, a word is the mean
 * probability of the tags that begin with it, and nearness to the song before is that of tempo (octaves apart count as
 * near) and key. Each is taken in deviations over the tracks, and their weighted mean again.
 *
 * @returns in deviations over the tracks; all 0 without a wish
 * @throws EngineError 'bad-request' for a word that no tag begins with
 */
export const wishesOf = (wishes: ResolvedWishes, tracks: readonly Wished[]): number[] => {
	const parts: { readonly weight: number; readonly values: number[] }[] = [];
	const add = (weight: number, values: number[]) => parts.push({ weight, values });
	const means =
		wishes.like.length + wishes.unlike.length > 0 ? tracks.map(({ analysis }) => meanFeatures(analysis)) : [];
	for (const example of wishes.like) add(example.weight, likeness(example, means));
	for (const example of wishes.unlike) add(0 - example.weight, likeness(example, means));
	for (const { word, weight } of wishes.words) {
		const columns = columnsOf(word);
		add(
			weight,
			tracks.map(({ analysis }) => meanTag(analysis, columns)),
		);
	}
	if (wishes.after) {
		const before = wishes.after;
		add(
			1,
			tracks.map(({ analysis }) => nearness(before, analysis)),
		);
	}
	const sums = new Float64Array(tracks.length);
	for (const { weight, values } of parts) {
		const scale = moments(values);
		values.forEach((value, t) => {
			sums[t]! += weight * standardised(value, scale);
		});
	}
	const scale = moments(sums);
	return [...sums].map(sum => standardised(sum, scale));
};

const known = new WeakMap<TrackAnalysis, Float64Array>();

const meanFeatures = (analysis: TrackAnalysis): Float64Array => {
	const made = known.get(analysis) ?? meanOver(analysis, null);
	known.set(analysis, made);
	return made;
};

const meanOver = ({ features, tags }: TrackAnalysis, passage: Span | null): Float64Array => {
	if (passage === null) return meanOfFeatures(features, tags);
	const from = Math.max(0, Math.min(features.rows - 1, Math.floor(passage.start)));
	const to = Math.min(features.rows, Math.max(from + 1, Math.ceil(passage.end)));
	return meanOfFeatures(rowRange(features, from, to), rowRange(tags, from, to));
};

const likeness = ({ analysis, passage }: Example, means: readonly Float64Array[]): number[] =>
	likenessTo(passage ? meanOver(analysis, passage) : meanFeatures(analysis), means);

const columnsOf = (word: string): number[] => {
	const wanted = word.trim().toLowerCase();
	const begins = (tag: string) => tag === wanted || tag.startsWith(`${wanted} `) || tag.endsWith(` ${wanted}`);
	const columns = MUSIC_TAGS.flatMap((tag, c) => (begins(tag.toLowerCase()) ? [c] : []));
	if (columns.length > 0) return columns;
	const labels = [...new Set(MUSIC_TAGS.map(tag => tag.toLowerCase()))].sort();
	throw new EngineError('bad-request', `No label is called “${wanted.slice(0, 40)}”. There are: ${labels.join(', ')}.`);
};

const meanTag = ({ tags }: TrackAnalysis, columns: readonly number[]): number => {
	let sum = 0;
	for (let second = 0; second < tags.rows; second++) {
		// Two taggers may know one word: the surer one counts.
		sum += columns.reduce((most, c) => Math.max(most, tags.data[second * tags.cols + c]!), 0);
	}
	return tags.rows === 0 ? 0 : sum / tags.rows;
};

/** A difference of a tenth in tempo is plainly felt. */
const TEMPO_SPREAD = 0.1;

/** In [0, 2]: 1 for the same tempo or its double or half, 1 for the same key. */
const nearness = (before: TrackAnalysis, track: TrackAnalysis): number =>
	tempoNearness(before, track) + keyNearness(before, track);

const tempoNearness = ({ beats: a }: TrackAnalysis, { beats: b }: TrackAnalysis): number => {
	if (a.tempo <= 0 || b.tempo <= 0) return 0;
	const octaves = Math.log2(a.tempo / b.tempo);
	const apart = Math.abs(octaves - Math.round(octaves));
	return Math.min(a.confidence, b.confidence) * Math.exp(-0.5 * (apart / TEMPO_SPREAD) ** 2);
};

/** 1 for one key, or a major and its relative minor; less by a quarter for each step on the circle of fifths. */
const keyNearness = ({ key: a }: TrackAnalysis, { key: b }: TrackAnalysis): number => {
	if (!a || !b) return 0;
	const onCircle = ({ tonic, mode }: typeof a) => (7 * (mode === 'major' ? tonic : tonic + 3)) % 12;
	const apart = Math.abs(onCircle(a) - onCircle(b));
	const steps = Math.min(apart, 12 - apart);
	return Math.max(0, 1 - steps / 4) * Math.min(a.confidence, b.confidence);
};
