import { mkdirSync } from 'node:fs';
import type { EmbeddedSections, SectionVectors } from '../../jobs/catalog.js';
import type { Matrix32 } from '../../numeric/matrix.js';
import { EngineError } from '../../protocol/errors.js';
import type { Span } from '../../time/time.js';
import { filesUnder } from './analysis-store.js';
import type { Db } from './schema.js';
import type { RowBlock } from './vector-file.js';
import { VectorSegments } from './vector-segments.js';

/**
 * The vectors of all spaces: rows in append-only segment files, and in the database which of them belong to which content.
 * Rows of nobody are dead; {@link compactOne} gives their room back, a segment at a time. Opening reads nothing.
 */
export class VectorStore {
	readonly #snapshots = new Map<string, Snapshot>();

	/** @param segmentBytes - about how large a segment file gets */
	constructor(
		readonly db: Db,
		readonly folder: string,
		readonly segmentBytes?: number,
	) {}

	/**
	 * Appends a content's rows to the space's last segment, durable on return. Nobody owns them until {@link own} is called
	 * in the transaction that stores the record.
	 *
	 * Throws RangeError where spans and rows differ in number, or the space has other dimensions.
	 */
	append(space: string, { spans, vectors }: EmbeddedSections): NewBlock {
		if (spans.length !== vectors.rows) throw new RangeError(`${spans.length} spans for ${vectors.rows} vectors`);
		const segments = this.#segmentsFor(space, vectors.cols);
		return { space, rows: vectors.rows, spans: packSpans(spans), ...segments.append(vectors) };
	}

	/** Gives appended rows to a content; those it had in that space die. */
	own(hash: string, block: NewBlock): void {
		this.db
			.prepare(`INSERT OR REPLACE INTO blocks (hash, space, first_row, rows, checksum, spans)
				VALUES (@hash, @space, @firstRow, @rows, @checksum, @spans)`)
			.run({ hash, ...block });
	}

	/** Visible contents, each with its first track by path. The same object until something in it changes. */
	sections(space: string): SectionVectors {
		for (let attempt = 0; ; attempt++) {
			const known = this.#spaceRow(space);
			if (!known) return { space, ids: [], offsets: new Uint32Array(1), spans: [], vectors: NO_VECTORS };
			try {
				return this.#snapshot(known);
			} catch (cause) {
				// Another process may have moved rows to another segment between our look and our reading.
				if (attempt >= MOST_ATTEMPTS) throw cause;
			}
		}
	}

	#snapshot(row: SpaceRow): SectionVectors {
		const { space } = row;
		const before = this.#snapshots.get(space);
		const state = this.#state();
		if (before?.state === state) return before.sections;
		const blocks = this.db.prepare(SELECT_VISIBLE).all(space) as VisibleBlock[];
		const same = before && sameBlocks(before.blocks, blocks);
		const next = same
			? { ...before, state }
			: { state, blocks, ...sectionsFrom(space, blocks, this.#segments(row), before) };
		this.#snapshots.set(space, next);
		return next.sections;
	}

	/** Differs after every change to the database, be it by this process or another. */
	#state(): string {
		const { own } = this.db.prepare('SELECT total_changes() AS own').get() as { own: number };
		return `${own} ${this.db.pragma('data_version', { simple: true })}`;
	}

	/** Compacts until there is nothing more to do. */
	compact(share?: number, least?: number): void {
		while (this.compactOne(share, least));
	}

	/**
	 * Moves the live rows of one segment to the end, where more than `share` of the segment's rows, and over `least` of them,
	 * are dead, and deletes its file. Returns whether there was such a one.
	 */
	compactOne(share = 0.25, least = 1024): boolean {
		for (const row of this.#spaces()) {
			const segments = this.#segments(row);
			const { last } = segments;
			for (const segment of segments.numbers()) {
				const rows = segments.openedOrNull(segment)?.rows ?? 0;
				const dead = rows - this.#liveRows(row.space, segments, segment);
				if (dead <= least || dead <= share * rows) continue;
				if (segment === last) segments.beginSegment();
				this.#moveRows(row.space, segments, segment);
				return true;
			}
		}
		return false;
	}

	#moveRows(space: string, segments: VectorSegments, segment: number): void {
		const blocks = this.#blocksIn(space, segments, segment);
		const read = segments.read(blocks);
		const moved = blocks.flatMap((block, k) => (read[k] ? [{ block, data: read[k] }] : []));
		const data = new Float32Array(moved.reduce((sum, { data: rows }) => sum + rows.length, 0));
		let filled = 0;
		for (const { data: rows } of moved) {
			data.set(rows, filled);
			filled += rows.length;
		}
		// One flush for all of them; block by block they get checksums of their own.
		const owned = segments.appendBlocks(
			{ rows: data.length / segments.dimensions, cols: segments.dimensions, data },
			moved.map(({ block }) => block.rows),
		);
		this.db.transaction(() => {
			// Rows that failed their checksum stay behind: their contents will be embedded again.
			for (const { hash } of blocks)
				this.db.prepare('DELETE FROM blocks WHERE hash = ? AND space = ?').run(hash, space);
			moved.forEach(({ block }, k) => {
				this.own(block.hash, { ...block, space, ...owned[k]! });
			});
		})();
		segments.remove(segment);
	}

	/** Contents and spaces whose rows are missing or fail their checksum. */
	damaged(): { hash: string; space: string }[] {
		return this.#spaces().flatMap(row => {
			const blocks = this.db.prepare(SELECT_BLOCKS).all(row.space) as BlockRow[];
			const read = this.#segments(row).read(blocks);
			return blocks.filter((_, k) => !read[k]).map(({ hash }) => ({ hash, space: row.space }));
		});
	}

	/** Segments that are needed or there, and can't be opened. */
	unusable(): { space: string; segment: number }[] {
		return this.#spaces().flatMap(row => {
			const segments = this.#segments(row);
			return [...new Set([...this.#needed(row.space, segments), ...segments.numbers()])]
				.filter(segment => !segments.openedOrNull(segment))
				.map(segment => ({ space: row.space, segment }));
		});
	}

	/** Forgets those segments, so that their contents are embedded again. */
	dropUnusable(): void {
		for (const { space, segment } of this.unusable()) {
			const segments = this.#segments(this.#spaceRow(space)!);
			for (const { hash } of this.#blocksIn(space, segments, segment)) {
				this.db.prepare('DELETE FROM blocks WHERE hash = ? AND space = ?').run(hash, space);
			}
			segments.remove(segment);
		}
	}

	/** Paths of files in the store's folder that hold rows of nobody and will not grow. */
	strays(): string[] {
		const known = new Set(
			this.#spaces().flatMap(row => {
				const segments = this.#segments(row);
				const needed = [...this.#needed(row.space, segments), ...(segments.last > 0 ? [segments.last] : [])];
				return needed.map(segment => segments.pathOf(segment));
			}),
		);
		return filesUnder(this.folder).filter(path => !known.has(path));
	}

	#segmentsFor(space: string, dimensions: number): VectorSegments {
		const known = this.#spaceRow(space);
		if (known) {
			if (known.dimensions !== dimensions) {
				throw new RangeError(`space ${space} has ${known.dimensions} dimensions, not ${dimensions}`);
			}
			return this.#segments(known);
		}
		mkdirSync(this.folder, { recursive: true });
		const file = this.#freeStem(space);
		this.db.prepare('INSERT INTO spaces (space, dimensions, file) VALUES (?, ?, ?)').run(space, dimensions, file);
		return this.#segments({ space, dimensions, file });
	}

	#segments({ dimensions, file }: SpaceRow): VectorSegments {
		return new VectorSegments(this.folder, file, dimensions, this.segmentBytes);
	}

	/** The space's name as a file may be called, with a number where another space took that. */
	#freeStem(space: string): string {
		const taken = new Set(this.#spaces().map(({ file }) => file));
		const stem = space.toLowerCase().replace(/[^a-z0-9]+/g, '-');
		for (let n = 1; ; n++) {
			const free = n === 1 ? stem : `${stem}-${n}`;
			if (!taken.has(free)) return free;
		}
	}

	/** Segments that hold rows of somebody. */
	#needed(space: string, segments: VectorSegments): number[] {
		const rows = this.db.prepare('SELECT first_row AS firstRow FROM blocks WHERE space = ?').all(space) as {
			firstRow: number;
		}[];
		return [...new Set(rows.map(({ firstRow }) => segments.segmentOf(firstRow)))];
	}

	#blocksIn(space: string, { rowsEach }: VectorSegments, segment: number): BlockRow[] {
		return this.db
			.prepare(SELECT_BLOCKS_BETWEEN)
			.all(space, (segment - 1) * rowsEach, segment * rowsEach) as BlockRow[];
	}

	#liveRows(space: string, { rowsEach }: VectorSegments, segment: number): number {
		const { live } = this.db
			.prepare('SELECT total(rows) AS live FROM blocks WHERE space = ? AND first_row >= ? AND first_row < ?')
			.get(space, (segment - 1) * rowsEach, segment * rowsEach) as { live: number };
		return live;
	}

	#spaces(): SpaceRow[] {
		return this.db.prepare('SELECT * FROM spaces').all() as SpaceRow[];
	}

	#spaceRow(space: string): SpaceRow | undefined {
		return this.db.prepare('SELECT * FROM spaces WHERE space = ?').get(space) as SpaceRow | undefined;
	}
}

/** Rows in the file, not yet anybody's. */
export type NewBlock = RowBlock & { readonly space: string; readonly spans: Uint8Array };

/** `file` is how the names of the space's segments begin. */
type SpaceRow = { readonly space: string; readonly dimensions: number; readonly file: string };
type BlockRow = RowBlock & { readonly hash: string; readonly spans: Uint8Array };
type VisibleBlock = BlockRow & { readonly id: number };
type Snapshot = {
	readonly state: string;
	readonly blocks: readonly VisibleBlock[];
	/** The blocks' rows one after the other, and room for more: rows in it never move or change. */
	readonly room: Float32Array;
	readonly sections: SectionVectors;
};

const MOST_ATTEMPTS = 3;

const SELECT_BLOCKS = `
	SELECT hash, first_row AS firstRow, rows, checksum, spans FROM blocks WHERE space = ? ORDER BY first_row`;

const SELECT_BLOCKS_BETWEEN = `
	SELECT hash, first_row AS firstRow, rows, checksum, spans FROM blocks
	WHERE space = ? AND first_row >= ? AND first_row < ? ORDER BY first_row`;

const SELECT_VISIBLE = `
	SELECT b.hash, b.first_row AS firstRow, b.rows, b.checksum, b.spans, (
		SELECT t.id FROM tracks t JOIN folders f ON f.path = t.folder
		WHERE t.hash = b.hash AND f.reachable ORDER BY t.path LIMIT 1
	) AS id
	FROM blocks b WHERE b.space = ? AND id IS NOT NULL ORDER BY b.first_row`;

const NO_VECTORS: Matrix32 = { rows: 0, cols: 0, data: new Float32Array(0) };

const sameBlocks = (a: readonly VisibleBlock[], b: readonly VisibleBlock[]): boolean =>
	a.length === b.length && a.every((block, k) => block.id === b[k]!.id && identity(block) === identity(b[k]!));

/** Rows of the same content at the same place. */
const identity = ({ hash, firstRow, checksum }: BlockRow): string => `${hash} ${firstRow} ${checksum}`;

/**
 * Rows known from the snapshot before are taken from there: an index that grows while it is searched reads only what is new.
 * Throws EngineError 'catalog-damaged' where a block fails its checksum.
 */
const sectionsFrom = (
	space: string,
	blocks: readonly VisibleBlock[],
	segments: VectorSegments,
	before: Snapshot | undefined,
): { room: Float32Array; sections: SectionVectors } => {
	const cols = segments.dimensions;
	const offsets = new Uint32Array(blocks.length + 1);
	blocks.forEach((block, k) => {
		offsets[k + 1] = offsets[k]! + block.rows;
	});
	const rows = offsets[blocks.length]!;
	const grows = before !== undefined && sameBlocks(before.blocks, blocks.slice(0, before.blocks.length));
	const fits = grows && rows * cols <= before.room.length;
	// The first load takes what it needs; one that grows takes half as much again.
	const room = fits ? before.room : new Float32Array(Math.ceil(rows * (grows ? 1.5 : 1)) * cols);

	const known = new Map(before?.blocks.map((block, k) => [identity(block), before.sections.offsets[k]!]));
	const fresh: number[] = [];
	blocks.forEach((block, k) => {
		const at = known.get(identity(block));
		if (at === undefined) fresh.push(k);
		else if (!fits) room.set(before!.room.subarray(at * cols, (at + block.rows) * cols), offsets[k]! * cols);
	});
	segments.read(fresh.map(k => blocks[k]!)).forEach((data, k) => {
		if (!data) throw new EngineError('catalog-damaged', `Vectors in ${segments.folder} ${whatIsWrong(segments)}.`);
		room.set(data, offsets[fresh[k]!]! * cols);
	});
	const sections = {
		space,
		ids: blocks.map(({ id }) => String(id)),
		offsets,
		spans: blocks.flatMap(({ spans }) => unpackSpans(spans)),
		vectors: { rows, cols, data: room.subarray(0, rows * cols) },
	};
	return { room, sections };
};

/** Before there were segments, a space was one file, which the database called by its whole name. */
const whatIsWrong = ({ stem }: VectorSegments): string =>
	stem.endsWith('.sgv') ? 'were stored by an older version of Segue' : 'fail their checksum';

const packSpans = (spans: readonly Span[]): Uint8Array =>
	new Uint8Array(Float64Array.from(spans.flatMap(({ start, end }) => [start, end])).buffer);

const unpackSpans = (bytes: Uint8Array): Span[] => {
	const times = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
	return Array.from({ length: times.length / 2 }, (_, k) => ({ start: times[2 * k]!, end: times[2 * k + 1]! }));
};
