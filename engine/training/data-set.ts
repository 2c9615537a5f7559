import type { Matrix32 } from '../numeric/matrix.js';
import type { Seconds, Span } from '../time/time.js';

/**
 * Pictures with the music that somebody put under them: what is trained on and what retrieval is measured with. Every
 * source of pairs, from a folder of films to a generator, stands behind this interface.
 */
export interface DataSet {
	/** Short, for reports. */
	readonly name: string;
	/** Said wherever a number comes from it: real edits, pictures rendered to real music, or features from a generator. */
	readonly origin: 'real' | 'rendered' | 'simulated';
	readonly inputs: FeatureSpec;
	/** Clips of a split, without reading them. */
	count(split: Split): number;
	/** The clips of a split, one at a time, in the same order every time. Ends with the signal's reason where it aborts. */
	clips(split: Split, signal?: AbortSignal): AsyncIterable<PairClip>;
}

/** What the columns of a clip's features are. Weights serve one spec only. */
export type FeatureSpec = { readonly picture: FeatureColumns; readonly music: FeatureColumns };

/** @property id - names the networks and curves that made the columns, and their version */
export type FeatureColumns = { readonly id: string; readonly columns: number };

/** A stretch of picture and the music under it, both from the same moment on. */
export type PairClip = {
	readonly id: string;
	/** What clips share that a network must not learn by heart: the same film or the same track. One group, one split. */
	readonly group: string;
	readonly duration: Seconds;
	readonly picture: ClipSide;
	readonly music: ClipSide;
	/** Boundaries that both sides have by construction, inner ones only; null where none are known. */
	readonly shared: readonly Seconds[] | null;
	/** Where somebody speaks over the music. */
	readonly speech: readonly Span[];
};

export type ClipSide = {
	/** One row a second, row k from the second k to k + 1 of the clip. */
	readonly features: Matrix32;
	/**
	 * What each segmenter found in this side alone: inner boundaries, increasing, in (0, duration). Names are those of the
	 * segmenters ('foote', 'sf', 'olda', 'default'), 'transnet' for shots and 'timeline' for a timeline's own cuts.
	 */
	readonly boundaries: Readonly<Record<string, readonly Seconds[]>>;
};

export const SPLITS = ['train', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** Ours: a tenth each for choosing and for testing. The paper has 50,000 clips, 1,000 and 1,000. */
export const SPLIT_SHARES: Readonly<Record<Split, number>> = { train: 0.8, validation: 0.1, test: 0.1 };

/** The split of a group: the same for ever, whatever else is in the data set. */
export const splitOf = (group: string, shares: Readonly<Record<Split, number>> = SPLIT_SHARES): Split => {
	const place = hash(group) / 2 ** 32;
	if (place < shares.test) return 'test';
	return place < shares.test + shares.validation ? 'validation' : 'train';
};

/** FNV-1a over UTF-16 code units, then the finaliser of MurmurHash3, since names that differ in one digit must scatter. */
const hash = (text: string): number => {
	let h = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
	h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
	h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
	return (h ^ (h >>> 16)) >>> 0;
};

/** The segments between inner boundaries: cover the clip without gap or overlap. */
export const clipSegments = (boundaries: readonly Seconds[], duration: Seconds): Span[] => {
	const edges = [0, ...boundaries, duration];
	return edges.slice(1).map((end, k) => ({ start: edges[k]!, end }));
};

/** The same clips, with those for training among those for testing: for models that never saw them. */
export const allForTesting = (set: DataSet): DataSet => ({
	...set,
	count: split =>
		split === 'train' ? 0 : split === 'test' ? set.count('train') + set.count('test') : set.count(split),
	async *clips(split, signal) {
		if (split === 'train') return;
		if (split === 'test') yield* set.clips('train', signal);
		yield* set.clips(split, signal);
	},
});

/** A data set in memory. @param groupSplit - the split of a group; {@link splitOf} unless given */
export const dataSetOf = (
	about: Pick<DataSet, 'name' | 'origin' | 'inputs'>,
	clips: readonly PairClip[],
	groupSplit: (group: string) => Split = splitOf,
): DataSet => {
	for (const clip of clips) requireClip(clip, about.inputs);
	const placed = clips.map(clip => ({ clip, split: groupSplit(clip.group) }));
	const inSplit = (split: Split) => placed.filter(one => one.split === split).map(({ clip }) => clip);
	return {
		...about,
		count: split => inSplit(split).length,
		async *clips(split, signal) {
			for (const clip of inSplit(split)) {
				signal?.throwIfAborted();
				yield clip;
			}
		},
	};
};

/** @throws RangeError that names the clip and what is wrong with it */
export const requireClip = ({ id, duration, picture, music, shared }: PairClip, inputs: FeatureSpec): void => {
	if (!(duration > 0 && Number.isFinite(duration))) throw new RangeError(`clip ${id} lasts ${duration} s`);
	for (const [name, side, { columns }] of [
		['picture', picture, inputs.picture],
		['music', music, inputs.music],
	] as const) {
		const { features, boundaries } = side;
		if (features.cols !== columns) {
			throw new RangeError(`clip ${id} has ${features.cols} ${name} columns, the data set has ${columns}`);
		}
		if (features.rows === 0) throw new RangeError(`clip ${id} has no ${name} features`);
		if (!features.data.every(Number.isFinite))
			throw new RangeError(`clip ${id} has ${name} features that are no numbers`);
		for (const [segmenter, times] of Object.entries(boundaries)) {
			if (!areInner(times, duration)) throw new RangeError(`${segmenter}'s boundaries of clip ${id} are out of order`);
		}
	}
	if (shared !== null && !areInner(shared, duration))
		throw new RangeError(`clip ${id} has shared boundaries out of order`);
};

const areInner = (times: readonly Seconds[], duration: Seconds): boolean =>
	times.every((time, k) => time > (k === 0 ? 0 : times[k - 1]!) && time < duration);
