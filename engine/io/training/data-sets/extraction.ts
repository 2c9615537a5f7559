import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HANDCRAFTED_RATE, handcraftedVector } from '../../../features/audio/handcrafted.js';
import type { CutAnalysis } from '../../../features/cut-analysis.js';
import type { TrackAnalysis } from '../../../features/track-analysis.js';
import type { Progress } from '../../../jobs/ports.js';
import { EngineError } from '../../../protocol/errors.js';
import type { Span } from '../../../time/time.js';
import { type AnalysisPool, openAnalysisPool } from '../../analysis/pool.js';
import { decodeAnalysis, encodeAnalysis } from '../../catalog/analysis-file.js';
import { writeDurably } from '../../catalog/durable-files.js';
import { CutStore } from '../../cut-store.js';
import { Cuts } from '../../cuts.js';
import type { Inference } from '../../inference/networks.js';
import { spectralKernel } from '../../kernels.js';
import { type FfmpegMedia, ffmpegMedia } from '../../media/media.js';

/** Analyses of training media take at most this much of the disk; those used least recently go first. */
const ROOM = 64 * 2 ** 30;

/**
 * Analyses pictures and music for training, once for each file: what was made before, by a run that was killed too, is
 * read from the folder.
 */
export class Extraction {
	readonly media: FfmpegMedia = ffmpegMedia();
	private readonly cuts: Cuts;
	private readonly pool: AnalysisPool;

	/** @param folder - where analyses are kept */
	constructor(
		private readonly folder: string,
		inference: Inference,
	) {
		this.cuts = new Cuts(this.media, inference.networks, new CutStore(join(folder, 'pictures'), ROOM));
		this.pool = openAnalysisPool(inference.networks);
	}

	/** What a video, or a timeline with its own boundaries, shows. */
	async picture(path: string, onProgress: (progress: Progress) => void, signal?: AbortSignal): Promise<CutAnalysis> {
		return (await this.cuts.open(path, null, onProgress, signal)).analysis;
	}

	/** What is heard in a file, with the boundaries by every segmenter. */
	async music(path: string, signal?: AbortSignal): Promise<TrackAnalysis> {
		const stored = join(this.folder, 'music', `${await idOf(path)}.bin`);
		const known = await readFile(stored).catch(() => null);
		if (known !== null) {
			try {
				const analysis = decodeAnalysis(known, stored);
				if (analysis.boundariesBy) return analysis;
			} catch (error) {
				// Damaged, or of another version: it is made again.
				if (!(error instanceof EngineError)) throw error;
			}
		}
		const analysis = await this.pool.track(path, { segmenter: 'default', compare: true, ...(signal && { signal }) });
		writeDurably(stored, encodeAnalysis(analysis));
		return analysis;
	}

	/** Baseline 1's vector of a stretch of music. */
	async handcrafted(path: string, range: Span, signal?: AbortSignal): Promise<Float32Array> {
		const name = `${await idOf(path)}-${Math.round(1000 * range.start)}-${Math.round(1000 * range.end)}.f32`;
		const stored = join(this.folder, 'handcrafted', name);
		const known = await readFile(stored).catch(() => null);
		if (known?.length === 4 * 1140) return Float32Array.from({ length: 1140 }, (_, i) => known.readFloatLE(4 * i));
		const runs: Float32Array[] = [];
		for await (const { samples } of this.media.audio(path, [HANDCRAFTED_RATE], signal)) runs.push(samples.slice());
		const all = new Float32Array(runs.reduce((sum, { length }) => sum + length, 0));
		let at = 0;
		for (const run of runs) {
			all.set(run, at);
			at += run.length;
		}
		const [first, last] = [range.start, range.end].map(time => Math.round(time * HANDCRAFTED_RATE));
		const samples = all.subarray(first, last);
		const vector = handcraftedVector(samples, PUBLISHED_MEL_RATE, spectralKernel());
		writeDurably(stored, new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
		return vector;
	}

	close(): Promise<void> {
		return this.pool.close();
	}
}

/** As in the published extractor, which lays its mel filters out for this rate though its sound has another. */
const PUBLISHED_MEL_RATE = 22_050;

const idOf = async (path: string): Promise<string> => {
	const found = await stat(path).catch(cause => {
		throw new EngineError('file-missing', `there is no file ${path}`, { cause });
	});
	return createHash('sha256').update(`${path}\n${found.size}\n${found.mtimeMs}`).digest('hex').slice(0, 16);
};
