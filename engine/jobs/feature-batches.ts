import type { Matrix32 } from '../numeric/matrix.js';

/** Bytes of one 224 × 224 RGB picture. */
const PICTURE = 224 * 224 * 3;

/** Pictures embedded in one call. */
const BATCH = 16;

/** Collects pictures into batches, embeds each, and joins the rows. Pictures come in runs of any whole number. */
export const createFeatureBatches = (
	embed: (pictures: Uint8Array) => Promise<Matrix32>,
): { push: (pictures: Uint8Array) => Promise<void>; finish: () => Promise<Matrix32> } => {
	let held: Uint8Array[] = [];
	const parts: Matrix32[] = [];

	const flush = async () => {
		if (held.length === 0) return;
		const batch = new Uint8Array(held.length * PICTURE);
		held.forEach((picture, i) => {
			batch.set(picture, i * PICTURE);
		});
		held = [];
		parts.push(await embed(batch));
	};
	const push = async (pictures: Uint8Array) => {
		for (let start = 0; start < pictures.length; start += PICTURE) {
			held.push(pictures.slice(start, start + PICTURE));
			if (held.length === BATCH) await flush();
		}
	};
	const finish = async () => {
		await flush();
		const cols = parts[0]?.cols ?? 0;
		const rows = parts.reduce((sum, part) => sum + part.rows, 0);
		const data = new Float32Array(rows * cols);
		let at = 0;
		for (const part of parts) {
			data.set(part.data, at);
			at += part.data.length;
		}
		return { rows, cols, data };
	};
	return { push, finish };
};
