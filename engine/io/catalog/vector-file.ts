import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Matrix32 } from '../../numeric/matrix.js';
import { EngineError } from '../../protocol/errors.js';
import { writeAt, writeDurably } from './durable-files.js';

/**
 * A file of vectors, one segment of a space: a header of one memory page, then rows of float32, little-endian, each padded with zeros
 * to a multiple of 64 bytes. Rows lie without gaps, so that the file could be mapped into memory as one matrix. It only
 * ever grows; which rows belong to whom, and their checksums, is in the database, and rows that nobody has there are dead.
 */
export class VectorFile {
	private constructor(
		readonly path: string,
		readonly dimensions: number,
	) {}

	/** Makes an empty file, durable on return. */
	static create(path: string, dimensions: number): VectorFile {
		const header = Buffer.alloc(HEADER_BYTES);
		header.write(MAGIC, 0, 'latin1');
		header.writeUInt32LE(FORMAT_VERSION, 8);
		header.writeUInt32LE(dimensions, 12);
		header.writeUInt32LE(strideOf(dimensions), 16);
		header.writeUInt32LE(crc32(header.subarray(0, 20)), 20);
		writeDurably(path, header);
		return new VectorFile(path, dimensions);
	}

	/** Throws EngineError 'catalog-damaged' where the file is missing or its header is wrong. */
	static open(path: string, dimensions: number): VectorFile {
		const header = Buffer.alloc(24);
		const damaged = (): EngineError =>
			new EngineError('catalog-damaged', `The vector file ${path} is missing or damaged.`);
		if (readUpTo(path, 0, header.length).copy(header) < header.length) throw damaged();
		const sound =
			header.toString('latin1', 0, 8) === MAGIC &&
			header.readUInt32LE(8) === FORMAT_VERSION &&
			header.readUInt32LE(12) === dimensions &&
			header.readUInt32LE(16) === strideOf(dimensions) &&
			header.readUInt32LE(20) === crc32(header.subarray(0, 20));
		if (!sound) throw damaged();
		return new VectorFile(path, dimensions);
	}

	/** Whole rows in the file, dead ones included. */
	get rows(): number {
		return Math.floor((statSync(this.path).size - HEADER_BYTES) / strideOf(this.dimensions));
	}

	/** Appends rows, durable on return. What a kill left of an earlier row stays behind as a dead one. */
	append(vectors: Matrix32): { firstRow: number; checksum: number } {
		const stride = strideOf(this.dimensions);
		const bytes = paddedRows(vectors, stride);
		const firstRow = Math.max(0, Math.ceil((statSync(this.path).size - HEADER_BYTES) / stride));
		writeAt(this.path, bytes, HEADER_BYTES + firstRow * stride);
		return { firstRow, checksum: crc32(bytes) };
	}

	/**
	 * The rows of each block, without padding; null where they are missing or fail their checksum. Blocks are in order of
	 * their rows; neighbours in the file are read at one go.
	 */
	read(blocks: readonly RowBlock[]): (Float32Array | null)[] {
		const stride = strideOf(this.dimensions);
		const found: (Float32Array | null)[] = [];
		for (const run of runsOf(blocks, Math.ceil(RUN_BYTES / stride))) {
			const first = run[0]!.firstRow;
			const last = run.at(-1)!;
			const bytes = readUpTo(this.path, HEADER_BYTES + first * stride, (last.firstRow + last.rows - first) * stride);
			for (const { firstRow, rows, checksum } of run) {
				const part = bytes.subarray((firstRow - first) * stride, (firstRow - first + rows) * stride);
				const sound = part.length === rows * stride && crc32(part) === checksum;
				found.push(sound ? this.#unpadded(part, rows) : null);
			}
		}
		return found;
	}

	#unpadded(bytes: Buffer, rows: number): Float32Array {
		const stride = strideOf(this.dimensions);
		const padded = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
		if (stride === 4 * this.dimensions) return padded;
		const data = new Float32Array(rows * this.dimensions);
		for (let r = 0; r < rows; r++) {
			const start = (r * stride) / 4;
			data.set(padded.subarray(start, start + this.dimensions), r * this.dimensions);
		}
		return data;
	}
}

/** Rows of a vector file that belong together; `checksum` is the CRC-32 of their bytes, padding included. */
export type RowBlock = { readonly firstRow: number; readonly rows: number; readonly checksum: number };

const MAGIC = 'SEGUE-VF';
const FORMAT_VERSION = 1;
/** One page of memory, the least that can be mapped. */
const HEADER_BYTES = 4096;

/** Rows as they lie in a file. */
export const paddedRows = ({ rows, cols, data }: Matrix32, stride: number): Buffer => {
	const bytes = Buffer.alloc(rows * stride);
	const padded = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
	for (let r = 0; r < rows; r++) padded.set(data.subarray(r * cols, (r + 1) * cols), (r * stride) / 4);
	return bytes;
};

/** Bytes of a row in a file. */
export const strideOf = (dimensions: number): number => Math.ceil(dimensions / 16) * 64;

/** So much is read at one go, about. */
const RUN_BYTES = 16 * 2 ** 20;

/** Blocks that follow one another without a gap, together up to `most` rows or one block. */
const runsOf = (blocks: readonly RowBlock[], most: number): RowBlock[][] => {
	const runs: RowBlock[][] = [];
	for (const block of blocks) {
		const run = runs.at(-1);
		const last = run?.at(-1);
		const follows = last !== undefined && block.firstRow === last.firstRow + last.rows;
		if (run && follows && block.firstRow + block.rows - run[0]!.firstRow <= most) run.push(block);
		else runs.push([block]);
	}
	return runs;
};

/** What a file holds from a position on, at most `length` bytes; fewer, or none, where it ends before or is missing. */
const readUpTo = (path: string, position: number, length: number): Buffer => {
	const bytes = Buffer.alloc(length);
	let file: number;
	try {
		file = openSync(path, 'r');
	} catch {
		return Buffer.alloc(0);
	}
	try {
		let read = 0;
		while (read < length) {
			const count = readSync(file, bytes, read, length - read, position + read);
			if (count === 0) break;
			read += count;
		}
		return bytes.subarray(0, read);
	} finally {
		closeSync(file);
	}
};
