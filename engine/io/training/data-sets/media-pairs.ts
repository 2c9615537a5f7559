import { availableParallelism } from 'node:os';
import PQueue from 'p-queue';
import type { Skipped } from '../../../jobs/catalog.js';
import type { Progress } from '../../../jobs/ports.js';
import { EngineError } from '../../../protocol/errors.js';
import type { Span } from '../../../time/time.js';
import { type DataSet, type FeatureSpec, type PairClip, requireClip, splitOf } from '../../../training/data-set.js';
import { clipOf, commonRanges } from '../../../training/media-clip.js';
import type { Extraction } from './extraction.js';

/** A picture and the music under it, as files; a range is in seconds of its file, null for all of it. */
export type MediaPair = {
	readonly id: string;
	readonly group: string;
	/** A video, or a timeline. */
	readonly picture: { readonly path: string; readonly range: Span | null };
	readonly music: { readonly path: string; readonly range: Span | null };
};

/** Share of a clip with speech over the music from which on it is left out, where that is wished. Ours. */
export const MUCH_SPEECH = 0.1;

export type MediaPairsOptions = {
	readonly name: string;
	readonly origin: DataSet['origin'];
	readonly inputs: FeatureSpec;
	/** Whether clips with speech in more than {@link MUCH_SPEECH} of them are left out. */
	readonly leaveOutSpeech: boolean;
};

/**
 * Analyses the files of all pairs, and gives them as a data set that reads those analyses again, a clip at a time. Files that
 * can't be used are left out and told.
 */
export const mediaPairs = async (
	pairs: readonly MediaPair[],
	{ name, origin, inputs, leaveOutSpeech }: MediaPairsOptions,
	extraction: Extraction,
	onProgress: (progress: Progress) => void,
	signal?: AbortSignal,
): Promise<{ readonly set: DataSet; readonly skipped: readonly Skipped[] }> => {
	const read = async (pair: MediaPair, aborting?: AbortSignal): Promise<PairClip | null> => {
		const [cut, track] = [
			await extraction.picture(pair.picture.path, () => {}, aborting),
			await extraction.music(pair.music.path, aborting),
		];
		const { id, group } = pair;
		const ranges = { pictureRange: pair.picture.range, musicRange: pair.music.range };
		const heard = inputs.music.id === 'handcrafted' ? commonRanges({ cut, track, ...ranges })?.heard : undefined;
		const musicVector = heard ? await extraction.handcrafted(pair.music.path, heard, aborting) : null;
		return clipOf({ id, group, cut, track, musicVector, ...ranges }, inputs);
	};

	const skipped: Skipped[] = [];
	const used: MediaPair[] = [];
	let done = 0;
	const queue = new PQueue({ concurrency: availableParallelism() });
	await queue.addAll(
		pairs.map(pair => async () => {
			signal?.throwIfAborted();
			try {
				const clip = await read(pair, signal);
				if (clip === null) throw new EngineError('range-empty', 'it is too short to learn from');
				requireClip(clip, inputs);
				const speech = clip.speech.reduce((sum, { start, end }) => sum + end - start, 0) / clip.duration;
				if (leaveOutSpeech && speech > MUCH_SPEECH) {
					throw new EngineError('range-empty', `somebody speaks in ${Math.round(100 * speech)} % of it`);
				}
				used.push(pair);
			} catch (error) {
				if (!(error instanceof EngineError) || !LEAVES_OUT.has(error.code)) throw error;
				skipped.push({ path: pair.id, code: error.code, detail: error.message });
			}
			onProgress({ stage: 'reading pictures and music', done: ++done, total: pairs.length });
		}),
	);
	used.sort((a, b) => (a.id < b.id ? -1 : 1));
	const inSplit = (split: string) => used.filter(({ group }) => splitOf(group) === split);
	return {
		skipped,
		set: {
			name,
			origin,
			inputs,
			count: split => inSplit(split).length,
			async *clips(split, aborting) {
				for (const pair of inSplit(split)) {
					aborting?.throwIfAborted();
					const clip = await read(pair, aborting);
					if (clip !== null) yield clip;
				}
			},
		},
	};
};

/** What one file may be at fault with; anything else ends the extraction. */
const LEAVES_OUT: ReadonlySet<string> = new Set([
	'file-missing',
	'file-empty',
	'media-unreadable',
	'media-encrypted',
	'media-absurd',
	'no-audio',
	'no-video',
	'range-empty',
	'timeline-unreadable',
]);
