import { crc32 } from 'node:zlib';
import { ANALYSIS_VERSION, OLDEST_READABLE_VERSION, type TrackAnalysis } from '../../features/track-analysis.js';
import type { Matrix32 } from '../../numeric/matrix.js';
import { EngineError } from '../../protocol/errors.js';
import { quantiseCurve, quantiseMatrix, restoreCurve, restoreMatrix } from './quantisation.js';

/**
 * A track's analysis as the bytes of one file. Matrices become 8 bits with a range a column, curves 16 bits with a range
 * (see quantisation.ts for what that costs); everything else comes back exactly, fields this version doesn't know
 * included. RangeError where a matrix or curve holds a number that isn't finite. `version` is the ANALYSIS_VERSION that
 * made the analysis.
 *
 * Layout, little-endian: a header of 32 bytes (magic, format version, analysis version, bytes of the JSON, bytes of the
 * file, CRC-32 of all after the header), the JSON padded with spaces to 8 bytes, then the arrays it refers to, each at a
 * multiple of 8 bytes.
 */
export const encodeAnalysis = (analysis: TrackAnalysis, version = ANALYSIS_VERSION): Uint8Array => {
	const arrays = new ArrayBlock();
	const text = Buffer.from(JSON.stringify(packed(analysis, arrays)), 'utf8');
	const json = Buffer.concat([text, Buffer.alloc(padding(text.length), ' ')]);
	const body = Buffer.concat([json, ...arrays.parts]);
	const header = Buffer.alloc(HEADER_BYTES);
	header.write(MAGIC, 0, 'latin1');
	header.writeUInt16LE(FORMAT_VERSION, 8);
	header.writeUInt16LE(version, 10);
	header.writeUInt32LE(json.length, 12);
	header.writeUInt32LE(HEADER_BYTES + body.length, 16);
	header.writeUInt32LE(crc32(body), 20);
	return Buffer.concat([header, body]);
};

/** Throws EngineError 'catalog-damaged', naming `path`, where the bytes are not a whole file of a version from `oldest` on. */
export const decodeAnalysis = (bytes: Uint8Array, path: string, oldest = OLDEST_READABLE_VERSION): TrackAnalysis => {
	const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const damaged = (how: string, cause?: unknown): EngineError =>
		new EngineError('catalog-damaged', `The stored analysis ${path} ${how}.`, { cause });
	if (file.length < HEADER_BYTES || file.toString('latin1', 0, 8) !== MAGIC) throw damaged('is no analysis file');
	const version = file.readUInt16LE(10);
	const readable = version >= oldest && version <= ANALYSIS_VERSION;
	if (file.readUInt16LE(8) !== FORMAT_VERSION || !readable) {
		throw damaged('was made by another version');
	}
	if (file.readUInt32LE(16) !== file.length) throw damaged('is cut short');
	const body = file.subarray(HEADER_BYTES);
	if (crc32(body) !== file.readUInt32LE(20)) throw damaged('fails its checksum');
	const jsonBytes = file.readUInt32LE(12);
	try {
		return unpacked(JSON.parse(body.toString('utf8', 0, jsonBytes)), body.subarray(jsonBytes)) as TrackAnalysis;
	} catch (cause) {
		throw damaged('cannot be read', cause);
	}
};

const MAGIC = 'SEGUE-SA';
const FORMAT_VERSION = 1;
const HEADER_BYTES = 32;

const padding = (length: number): number => (8 - (length % 8)) % 8;

/** Collects arrays one after the other; each starts at a multiple of 8 bytes. */
class ArrayBlock {
	readonly parts: Uint8Array[] = [];
	#length = 0;

	/** @returns where the array starts */
	add(array: Uint8Array | Uint16Array | Float32Array): number {
		const start = this.#length;
		const filler = new Uint8Array(padding(array.byteLength));
		this.parts.push(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), filler);
		this.#length += array.byteLength + filler.length;
		return start;
	}
}

/** What stands in the JSON for what JSON can't hold. The key can't be taken for a field: our fields are plain words. */
type Stored =
	| { readonly $stored: 'number'; readonly value: string }
	| {
			readonly $stored: 'curve';
			readonly at: number;
			readonly length: number;
			readonly low: number;
			readonly high: number;
	  }
	| {
			readonly $stored: 'matrix';
			readonly ranges: number;
			readonly at: number;
			readonly rows: number;
			readonly cols: number;
	  };

const packed = (value: unknown, arrays: ArrayBlock): unknown => {
	if (typeof value === 'number' && !Number.isFinite(value)) {
		return { $stored: 'number', value: String(value) } satisfies Stored;
	}
	if (value instanceof Float32Array) {
		const { low, high, codes } = quantiseCurve(value);
		return { $stored: 'curve', at: arrays.add(codes), length: codes.length, low, high } satisfies Stored;
	}
	if (ArrayBuffer.isView(value)) throw new TypeError('an analysis may hold arrays of float32 only');
	if (Array.isArray(value)) return value.map(item => packed(item, arrays));
	if (typeof value !== 'object' || value === null) return value;
	if (isMatrix(value)) {
		const { rows, cols, ranges, codes } = quantiseMatrix(value);
		return { $stored: 'matrix', ranges: arrays.add(ranges), at: arrays.add(codes), rows, cols } satisfies Stored;
	}
	return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, packed(field, arrays)]));
};

const isMatrix = (value: object): value is Matrix32 =>
	'rows' in value && 'cols' in value && 'data' in value && value.data instanceof Float32Array;

const unpacked = (value: unknown, arrays: Buffer): unknown => {
	if (Array.isArray(value)) return value.map(item => unpacked(item, arrays));
	if (typeof value !== 'object' || value === null) return value;
	if ('$stored' in value) return restored(value as Stored, arrays);
	return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, unpacked(field, arrays)]));
};

const restored = (stored: Stored, arrays: Buffer): number | Float32Array | Matrix32 => {
	switch (stored.$stored) {
		case 'number':
			return Number(stored.value);
		case 'curve': {
			const codes = new Uint16Array(bytesAt(arrays, stored.at, 2 * stored.length));
			return restoreCurve({ low: stored.low, high: stored.high, codes });
		}
		case 'matrix': {
			const { rows, cols } = stored;
			const ranges = new Float32Array(bytesAt(arrays, stored.ranges, 8 * cols));
			const codes = new Uint8Array(bytesAt(arrays, stored.at, rows * cols));
			return restoreMatrix({ rows, cols, ranges, codes });
		}
	}
};

/** A copy, since typed arrays need aligned memory and a buffer from a file promises none. */
const bytesAt = (arrays: Buffer, start: number, length: number): ArrayBuffer => {
	if (start + length > arrays.length) throw new RangeError(`array at ${start} reaches past the end`);
	return arrays.buffer.slice(arrays.byteOffset + start, arrays.byteOffset + start + length) as ArrayBuffer;
};
