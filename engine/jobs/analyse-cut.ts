import type { CutAnalysis, CutBoundary } from '../features/cut-analysis.js';
import { FrameStatisticsCollector } from '../features/frame-statistics.js';
import { pictureCurves } from '../features/picture-curves.js';
import { createSpeechDetector, SPEECH_SAMPLE_RATE } from '../features/speech.js';
import { EngineError } from '../protocol/errors.js';
import { mergedBoundaries, needsShots, segmentsBetween } from '../segments/cut-boundaries.js';
import { shotBoundaries } from '../segments/shots.js';
import { type Span, toSeconds } from '../time/time.js';
import { createFeatureBatches } from './feature-batches.js';
import { createStretches } from './frame-stretches.js';
import type { Media, Networks, Progress } from './ports.js';

const SMALL_PICTURE = 48 * 27;

export type AnalyseCutOptions = {
	/** Boundaries that a timeline gives; null to find all of them in the picture. */
	readonly known: readonly CutBoundary[] | null;
	readonly onProgress: (progress: Progress) => void;
	readonly signal?: AbortSignal;
};

/**
 * Analyses a video as a cut: shots, image features once a second, how it moves, where somebody speaks. The video is
 * decoded once, and memory stays bounded however long it is. Where a timeline's boundaries are known, shots are looked
 * for in its long clips only.
 *
 * @throws EngineError 'no-video' for a file without a picture, or what {@link Media} throws
 */
export const analyseCut = async (
	path: string,
	{ media, networks }: { readonly media: Media; readonly networks: Networks },
	{ known, onProgress, signal }: AnalyseCutOptions,
): Promise<CutAnalysis> => {
	const info = await media.probe(path, signal);
	if (!info.video) throw new EngineError('no-video', `${path} has no picture.`);
	const { rate } = info.video;
	const total = Math.round((info.duration * rate.numerator) / rate.denominator);
	const speech = info.audio ? findSpeech(path, media, signal) : Promise.resolve([]);
	// Awaited only after the picture; until then its failure must not count as one that nobody handles.
	speech.catch(() => undefined);

	const statistics = new FrameStatisticsCollector(SMALL_PICTURE);
	const shots = shotEndFinder(networks, known === null ? () => true : needsShots(known, rate, total), signal);
	const features = createFeatureBatches(pictures => networks.imageFeatures(pictures, signal));
	let frames = 0;
	for await (const run of media.pictures(path, { frames: true }, signal)) {
		if (run.kind === 'second') {
			await features.push(run.pixels);
		} else {
			statistics.add(run.pixels);
			await shots.push(run.pixels);
			frames += run.pixels.length / (3 * SMALL_PICTURE);
			onProgress({ stage: 'looking at the picture', done: Math.min(frames, total), total });
		}
	}
	if (frames === 0) throw new EngineError('media-unreadable', `${path} holds no picture that can be decoded.`);

	const found = shotBoundaries(await shots.finish(), rate);
	const boundaries = known === null ? found : mergedBoundaries(known, found, frames, rate);
	const duration = toSeconds(frames, rate);
	const starts = boundaries.map(({ frame }) => frame);
	return {
		duration,
		rate,
		boundaries,
		segments: segmentsBetween(boundaries, duration),
		features: await features.finish(),
		curves: pictureCurves(statistics.statistics(), rate, starts),
		speech: (await speech).filter(({ start }) => start < duration),
	};
};

/**
 * Runs the shot network over those frames that are wanted, each unbroken run of them for itself.
 *
 * @returns push: frames in order; finish: for every frame the probability that it ends a shot, 0 where it was not wanted
 */
const shotEndFinder = (networks: Networks, wanted: (frame: number) => boolean, signal: AbortSignal | undefined) => {
	const bytes = 3 * SMALL_PICTURE;
	const probabilities: Float32Array[] = [];
	let frame = 0;
	let stretches: ReturnType<typeof createStretches> | null = null;

	const open = () =>
		createStretches(bytes, async ({ frames, front, decided }) => {
			const ends = await networks.shotEnds(frames, signal);
			probabilities.push(ends.subarray(front, front + decided));
		});
	const push = async (run: Uint8Array) => {
		for (let start = 0; start < run.length; ) {
			const want = wanted(frame);
			let end = start;
			while (end < run.length && wanted(frame) === want) {
				end += bytes;
				frame++;
			}
			if (want) {
				stretches ??= open();
				await stretches.push(run.subarray(start, end));
			} else {
				await stretches?.finish();
				stretches = null;
				probabilities.push(new Float32Array((end - start) / bytes));
			}
			start = end;
		}
	};
	const finish = async () => {
		await stretches?.finish();
		const all = new Float32Array(frame);
		let at = 0;
		for (const part of probabilities) {
			all.set(part, at);
			at += part.length;
		}
		return all;
	};
	return { push, finish };
};

const findSpeech = async (path: string, media: Media, signal: AbortSignal | undefined): Promise<Span[]> => {
	const detector = createSpeechDetector();
	for await (const { samples } of media.audio(path, [SPEECH_SAMPLE_RATE], signal)) detector.push(samples);
	return detector.finish();
};
