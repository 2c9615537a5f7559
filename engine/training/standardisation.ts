import { BRANCHES, type Branch, type Weights } from '../embeddings/seg-vm-net.js';
import type { Matrix32 } from '../numeric/matrix.js';
import type { PooledClip } from './segmentation.js';

/** Mean and deviation of every feature, so that all of them go into training at one size. Ours: the paper tells of none. */
export type Standardisation = Readonly<
	Record<Branch, { readonly mean: Float32Array; readonly deviation: Float32Array }>
>;

/** A feature that hardly varies is not blown up. */
const LEAST_DEVIATION = 1e-4;

/** Gathers moments, a clip at a time (Welford 1962). */
export class StandardisationCollector {
	segments = 0;
	#moments: Record<Branch, { mean: Float64Array; squares: Float64Array }> | null = null;

	add(clip: PooledClip): void {
		this.#moments ??= {
			music: { mean: new Float64Array(clip.music.cols), squares: new Float64Array(clip.music.cols) },
			video: { mean: new Float64Array(clip.video.cols), squares: new Float64Array(clip.video.cols) },
		};
		for (let r = 0; r < clip.video.rows; r++) {
			this.segments++;
			for (const branch of BRANCHES) {
				const { mean, squares } = this.#moments[branch];
				const { cols, data } = clip[branch];
				for (let c = 0; c < cols; c++) {
					const away = data[r * cols + c]! - mean[c]!;
					mean[c] = mean[c]! + away / this.segments;
					squares[c] = squares[c]! + away * (data[r * cols + c]! - mean[c]!);
				}
			}
		}
	}

	/** Null before the first clip. */
	finish(): Standardisation | null {
		const moments = this.#moments;
		if (moments === null) return null;
		const of = (branch: Branch) => ({
			mean: Float32Array.from(moments[branch].mean),
			deviation: Float32Array.from(moments[branch].squares, squares =>
				Math.max(LEAST_DEVIATION, Math.sqrt(squares / this.segments)),
			),
		});
		return { music: of('music'), video: of('video') };
	}
}

export const standardised = (features: Matrix32, branch: Branch, by: Standardisation): Matrix32 => {
	const { mean, deviation } = by[branch];
	return {
		...features,
		data: features.data.map((value, i) => {
			const c = i % features.cols;
			return (value - mean[c]!) / deviation[c]!;
		}),
	};
};

/** The same network for features as they come: standardisation becomes part of the first layers, W / σ and b - W μ / σ. */
export const foldedIn = (weights: Weights, by: Standardisation): Weights => {
	const folded = new Map(weights);
	for (const branch of BRANCHES) {
		const { mean, deviation } = by[branch];
		const { shape, data } = weights.get(`${branch}.dense1.weight`)!;
		const bias = weights.get(`${branch}.dense1.bias`)!;
		const units = shape[1]!;
		const scaled = data.map((value, i) => value / deviation[Math.floor(i / units)]!);
		const moved = Float64Array.from(bias.data);
		for (let i = 0; i < scaled.length; i++) {
			moved[i % units] = moved[i % units]! - scaled[i]! * mean[Math.floor(i / units)]!;
		}
		folded.set(`${branch}.dense1.weight`, { shape, data: scaled });
		folded.set(`${branch}.dense1.bias`, { shape: bias.shape, data: Float32Array.from(moved) });
	}
	return folded;
};
