import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Matrix32, rowRange } from '../../numeric/matrix.js';
import { filesUnder } from './analysis-store.js';
import { paddedRows, type RowBlock, strideOf, VectorFile } from './vector-file.js';

/** A segment is full at about this size: small enough to be moved in a moment, so many that few files are needed. */
const SEGMENT_BYTES = 64 * 2 ** 20;

/**
 * The rows of one space in files of limited size, `STEM.1.sgv`, `STEM.2.sgv`, … Rows are numbered through: those of
 * segment n begin at (n - 1) × {@link VectorSegments.rowsEach}. Only the last segment grows; a block lies in one of them.
 */
export class VectorSegments {
	/** Rows that a segment has room for. */
	readonly rowsEach: number;

	constructor(
		readonly folder: string,
		readonly stem: string,
		readonly dimensions: number,
		segmentBytes = SEGMENT_BYTES,
	) {
		this.rowsEach = Math.max(1, Math.floor(segmentBytes / strideOf(dimensions)));
	}

	/** Appends rows, at most {@link rowsEach}, durable on return. */
	append(vectors: Matrix32): { firstRow: number; checksum: number } {
		if (vectors.rows > this.rowsEach) throw new RangeError(`${vectors.rows} rows are more than a segment holds`);
		const last = this.last;
		let file = last === 0 ? null : this.openedOrNull(last);
		// One more, for what a kill may have left of a row.
		if (file && file.rows + 1 + vectors.rows > this.rowsEach) file = null;
		const segment = file ? last : last + 1;
		file ??= VectorFile.create(this.pathOf(segment), this.dimensions);
		const { firstRow, checksum } = file.append(vectors);
		return { firstRow: (segment - 1) * this.rowsEach + firstRow, checksum };
	}

	/**
	 * Appends many blocks at one go, at most a segment's rows together, durable on return.
	 *
	 * @param rows - of each block, in order
	 */
	appendBlocks(vectors: Matrix32, rows: readonly number[]): { firstRow: number; checksum: number }[] {
		const { firstRow } = this.append(vectors);
		const stride = strideOf(this.dimensions);
		let first = 0;
		return rows.map(count => {
			const bytes = paddedRows(rowRange(vectors, first, first + count), stride);
			const block = { firstRow: firstRow + first, checksum: crc32(bytes) };
			first += count;
			return block;
		});
	}

	/** From the next row on a new segment is used. */
	beginSegment(): void {
		VectorFile.create(this.pathOf(this.last + 1), this.dimensions);
	}

	/** As {@link VectorFile.read}, over all segments. Blocks are in order of their rows. */
	read(blocks: readonly RowBlock[]): (Float32Array | null)[] {
		const found: (Float32Array | null)[] = [];
		let start = 0;
		while (start < blocks.length) {
			const segment = this.segmentOf(blocks[start]!.firstRow);
			let end = start + 1;
			while (end < blocks.length && this.segmentOf(blocks[end]!.firstRow) === segment) end++;
			const before = (segment - 1) * this.rowsEach;
			const own = blocks.slice(start, end).map(block => ({ ...block, firstRow: block.firstRow - before }));
			found.push(...(this.openedOrNull(segment)?.read(own) ?? own.map(() => null)));
			start = end;
		}
		return found;
	}

	segmentOf(row: number): number {
		return Math.floor(row / this.rowsEach) + 1;
	}

	/** Number of the last segment that has a file; 0 where none has. */
	get last(): number {
		return Math.max(0, ...this.numbers());
	}

	/** Segments that have a file, whatever is in it. */
	numbers(): number[] {
		return filesUnder(this.folder).flatMap(path => {
			const [, number] = /\.(\d+)\.sgv$/.exec(path) ?? [];
			return number !== undefined && path === this.pathOf(Number(number)) ? [Number(number)] : [];
		});
	}

	/** Null where the file is missing or its header is wrong. */
	openedOrNull(segment: number): VectorFile | null {
		try {
			return VectorFile.open(this.pathOf(segment), this.dimensions);
		} catch {
			return null;
		}
	}

	remove(segment: number): void {
		rmSync(this.pathOf(segment), { force: true });
	}

	pathOf(segment: number): string {
		return join(this.folder, `${this.stem}.${segment}.sgv`);
	}
}
