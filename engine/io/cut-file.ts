import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CutAnalysis, PictureCurves } from '../features/cut-analysis.js';
import { EngineError } from '../protocol/errors.js';

/**
 * A cut's analysis as bytes: magic, version, length of a JSON header, the header, then float32 blocks (features, motion,
 * brightness, saturation, contrast), then the SHA-256 of all before it. Little-endian.
 */
export const encodeCut = (cut: CutAnalysis): Uint8Array => {
	const { features, curves, ...rest } = cut;
	const header = Buffer.from(
		JSON.stringify({ ...rest, rows: features.rows, cols: features.cols, values: curves.motion.length }),
	);
	const front = Buffer.alloc(FRONT);
	front.write(MAGIC, 'latin1');
	front.writeUInt32LE(VERSION, 8);
	front.writeUInt32LE(header.length, 12);
	const blocks = [features.data, ...CURVES.map(name => curves[name])].map(bytesOf);
	const body = Buffer.concat([front, header, ...blocks]);
	return Buffer.concat([body, createHash('sha256').update(body).digest()]);
};

/** Throws 'catalog-damaged' where the bytes are not what {@link encodeCut} wrote, or an older version of it. */
export const decodeCut = (bytes: Uint8Array): CutAnalysis => {
	const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const body = file.subarray(0, Math.max(0, file.length - HASH));
	const sound =
		body.length >= FRONT &&
		body.toString('latin1', 0, MAGIC.length) === MAGIC &&
		body.readUInt32LE(8) === VERSION &&
		createHash('sha256').update(body).digest().equals(file.subarray(body.length));
	if (!sound) throw new EngineError('catalog-damaged', 'a stored analysis of a cut cannot be read');

	let at = FRONT + body.readUInt32LE(12);
	const { rows, cols, values, ...rest } = headerShape.parse(JSON.parse(body.toString('utf8', FRONT, at)));
	const next = (length: number): Float32Array => {
		const start = at;
		at += 4 * length;
		// A copy: the blocks need not lie on a multiple of four.
		return new Float32Array(new Uint8Array(body.subarray(start, at)).buffer);
	};
	const features = { rows, cols, data: next(rows * cols) };
	const [motion, brightness, saturation, contrast] = [next(values), next(values), next(values), next(values)];
	return { ...rest, features, curves: { motion, brightness, saturation, contrast } };
};

const MAGIC = 'SEGUECUT';
/** Raised whenever a stored analysis would be written, or come out, differently. */
const VERSION = 1;
const FRONT = 16;
const HASH = 32;
const CURVES = ['motion', 'brightness', 'saturation', 'contrast'] as const satisfies readonly (keyof PictureCurves)[];

const span = z.object({ start: z.number(), end: z.number() });
const headerShape = z.object({
	duration: z.number(),
	rate: z.object({ numerator: z.number(), denominator: z.number() }),
	boundaries: z.array(
		z.object({
			frame: z.number(),
			seconds: z.number(),
			from: z.enum(['timeline', 'picture']),
			confidence: z.number(),
		}),
	),
	segments: z.array(span),
	speech: z.array(span),
	rows: z.number().int(),
	cols: z.number().int(),
	values: z.number().int(),
});

const bytesOf = (values: Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
