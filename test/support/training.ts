import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Architecture } from '../../engine/embeddings/seg-vm-net.js';
import { dropoutMasks } from '../../engine/training/masks.js';
import type { TrainingBatch } from '../../engine/training/trainer.js';

export const TINY: Architecture = {
	inputs: { music: 6, video: 5 },
	layers: { music: [8, 7, 4], video: [9, 4] },
};

/** Seeded features in [-1, 1] of 8 clips, with dropout's masks. */
export const randomBatch = (
	architecture: Architecture,
	rows: number,
	seed: number,
	dropout = 0,
	step = 0,
): TrainingBatch => {
	const generator = xoroshiro128plus(seed);
	const matrix = (cols: number) => ({
		rows,
		cols,
		data: Float32Array.from({ length: rows * cols }, () => 2 * uniformFloat64(generator) - 1),
	});
	return {
		video: matrix(architecture.inputs.video),
		music: matrix(architecture.inputs.music),
		clips: Float32Array.from({ length: rows }, () => uniformInt(generator, 0, 7)),
		masks: dropoutMasks(architecture, dropout, rows, seed, step),
	};
};
