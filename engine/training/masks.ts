import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type Architecture, BRANCHES, type Branch } from '../embeddings/seg-vm-net.js';

/** Which units of a hidden layer take part in a step, 1 or 0: segments × units, row-major. */
export type Mask = { readonly rows: number; readonly cols: number; readonly data: Uint8Array };

export const maskName = (branch: Branch, layer: number): string => `${branch}.dense${layer}.mask`;

/**
 * Dropout's masks of one step, by {@link maskName}; the same for the same seed and step, so that training can go on from
 * anywhere. None where nothing is left out.
 *
 * @param dropout - share left out, in [0, 1); rounded to 1 / 256
 */
export const dropoutMasks = (
	{ layers }: Architecture,
	dropout: number,
	rows: number,
	seed: number,
	step: number,
): Map<string, Mask> => {
	const masks = new Map<string, Mask>();
	if (dropout === 0) return masks;
	const threshold = Math.round(dropout * 256);
	// Generators whose seeds are neighbours begin alike; mixing the step in keeps steps apart.
	const generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b));
	for (const branch of BRANCHES) {
		layers[branch].slice(0, -1).forEach((cols, k) => {
			const data = new Uint8Array(rows * cols);
			for (let i = 0; i < data.length; i += 4) {
				const bits = generator.next();
				for (let b = 0; b < 4 && i + b < data.length; b++) {
					data[i + b] = Number(((bits >>> (8 * b)) & 0xff) >= threshold);
				}
			}
			masks.set(maskName(branch, k + 1), { rows, cols, data });
		});
	}
	return masks;
};
