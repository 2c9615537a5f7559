import { BRANCHES, type Branch } from '../embeddings/seg-vm-net.js';
import { seededRandom } from '../numeric/random.js';
import type { DataSet } from './data-set.js';
import { pooledClip, type Segmentation } from './segmentation.js';
import { type Standardisation, standardised } from './standardisation.js';
import type { TrainingBatch } from './trainer.js';

/**
 * Segments that wait to be drawn. A data set that has fewer is shuffled wholly; of a larger one only these are in memory:
 * with the paper's features about 180 MB. Ours.
 */
const SHUFFLED = 40_000;

/**
 * One epoch of batches: every segment of the training split once, in an order that seed and epoch decide. A last batch that
 * is not full is left out, unless it is the only one.
 *
 * @param size - segments in a batch
 */
export async function* epochBatches(
	set: DataSet,
	segmentation: Segmentation,
	standardisation: Standardisation,
	{ size, seed, epoch }: { readonly size: number; readonly seed: number; readonly epoch: number },
	signal?: AbortSignal,
): AsyncGenerator<Omit<TrainingBatch, 'masks'>> {
	const random = seededRandom(seed, epoch);
	const waiting: Segment[] = [];
	let drawn: Segment[] = [];
	let batches = 0;
	const draw = (): void => {
		const at = random.index(waiting.length);
		drawn.push(waiting[at]!);
		const last = waiting.pop()!;
		if (at < waiting.length) waiting[at] = last;
	};
	const full = (): Omit<TrainingBatch, 'masks'> | null => {
		if (drawn.length < size) return null;
		batches++;
		const batch = stacked(drawn);
		drawn = [];
		return batch;
	};

	let clip = 0;
	for await (const one of set.clips('train', signal)) {
		const pooled = pooledClip(one, segmentation);
		const sides = {
			video: standardised(pooled.video, 'video', standardisation),
			music: standardised(pooled.music, 'music', standardisation),
		};
		for (let r = 0; r < sides.video.rows; r++) {
			const row = (branch: Branch) => {
				const { cols, data } = sides[branch];
				return data.subarray(r * cols, (r + 1) * cols);
			};
			waiting.push({ clip, video: row('video'), music: row('music') });
		}
		clip++;
		while (waiting.length > SHUFFLED) {
			draw();
			const batch = full();
			if (batch) yield batch;
		}
	}
	while (waiting.length > 0) {
		draw();
		const batch = full();
		if (batch) yield batch;
	}
	if (batches === 0 && drawn.length > 0) yield stacked(drawn);
}

type Segment = { readonly clip: number } & Readonly<Record<Branch, Float32Array>>;

const stacked = (segments: readonly Segment[]): Omit<TrainingBatch, 'masks'> => {
	const [music, video] = BRANCHES.map(branch => {
		const cols = segments[0]![branch].length;
		const data = new Float32Array(segments.length * cols);
		for (const [r, segment] of segments.entries()) data.set(segment[branch], r * cols);
		return { rows: segments.length, cols, data };
	});
	return { music: music!, video: video!, clips: Float32Array.from(segments, ({ clip }) => clip) };
};
