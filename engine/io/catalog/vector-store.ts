import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EmbeddedSections, SectionVectors } from '../../jobs/catalog.js';
import type { Matrix32 } from '../../numeric/matrix.js';
import { EngineError } from '../../protocol/errors.js';
import type { Span } from '../../time/time.js';
import { filesUnder } from './analysis-store.js';
import type { Db } from './schema.js';
import { type RowBlock, VectorFile } from './vector-file.js';

/** The vectors of all spaces: rows in one file a space, and in the database which of them belong to which content. */
export class VectorStore {
	readonly #snapshots = new Map<string, Snapshot>();

	constructor(
		readonly db: Db,
		readonly folder: string,
	) {}

	/**
	 * Appends a content's rows to the space's file, durable on return. Nobody owns them until {@link own} is called in the
	 * transaction that stores the record.
	 *
	 * Throws RangeError where spans and rows differ in number, or the space has other dimensions.
	 */
	append(space: string, { spans, vectors }: EmbeddedSections): NewBlock {
		if (spans.length !== vectors.rows) throw new RangeError(`${spans.length} spans for ${vectors.rows} vectors`);
		const file = this.#fileFor(space, vectors.cols);
		return { space, rows: vectors.rows, spans: packSpans(spans), ...file.append(vectors) };
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
				return this.#snapshot(space, known);
			} catch (cause) {
				// Another process may have moved the rows to a new file between our look and our reading.
				if (attempt > 0 || this.#spaceRow(space)?.file === known.file) throw cause;
			}
		}
	}

	#snapshot(space: string, { dimensions, file }: SpaceRow): SectionVectors {
		const before = this.#snapshots.get(space);
		const state = this.#state();
		if (before?.state === state) return before.sections;
		const blocks = this.db.prepare(SELECT_VISIBLE).all(space) as VisibleBlock[];
		const sameFile = before?.loaded.file.path === join(this.folder, file);
		const loaded = sameFile ? before.loaded : new LoadedRows(VectorFile.open(join(this.folder, file), dimensions));
		const same = sameFile && sameBlocks(before.blocks, blocks);
		const sections = same ? before.sections : sectionsFrom(space, blocks, loaded);
		this.#snapshots.set(space, { state, loaded, blocks, sections });
		return sections;
	}

	/** Differs after every change to the database, be it by this process or another. */
	#state(): string {
		const { own } = this.db.prepare('SELECT total_changes() AS own').get() as { own: number };
		return `${own} ${this.db.pragma('data_version', { simple: true })}`;
	}

	/** Moves live rows to a new file in each space where more than `share` of the rows, and over 1024 of them, are dead. */
	compact(share = 0.25, least = 1024): void {
		for (const { space, dimensions, file } of this.db.prepare('SELECT * FROM spaces').all() as SpaceRow[]) {
			const old = openedOrNull(join(this.folder, file), dimensions);
			const dead = old ? old.rows - this.#liveRows(space) : 0;
			if (old && dead > least && dead > share * old.rows) this.#moveRows(space, old);
		}
	}

	#moveRows(space: string, old: VectorFile): void {
		const blocks = this.db.prepare(SELECT_BLOCKS).all(space) as BlockRow[];
		const read = old.read(blocks);
		const data = blocks.map((block, k) => ({ block, rows: read[k]! })).filter(({ rows }) => rows !== null);
		const all = new Float32Array(data.reduce((sum, { rows }) => sum + rows.length, 0));
		let filled = 0;
		for (const { rows } of data) {
			all.set(rows, filled);
			filled += rows.length;
		}
		const fresh = VectorFile.create(join(this.folder, this.#nextFileName(space)), old.dimensions);
		fresh.append({ rows: all.length / old.dimensions, cols: old.dimensions, data: all });
		this.db.transaction(() => {
			// Rows that failed their checksum stay behind: their contents will be embedded again.
			this.db.prepare('DELETE FROM blocks WHERE space = ?').run(space);
			let firstRow = 0;
			for (const { block } of data) {
				this.own(block.hash, { ...block, space, firstRow });
				firstRow += block.rows;
			}
			this.db.prepare('UPDATE spaces SET file = ? WHERE space = ?').run(fileName(fresh.path), space);
		})();
		rmSync(old.path, { force: true });
	}

	/** Contents and spaces whose rows are missing or fail their checksum. */
	damaged(): { hash: string; space: string }[] {
		return (this.db.prepare('SELECT * FROM spaces').all() as SpaceRow[]).flatMap(({ space, dimensions, file }) => {
			const blocks = this.db.prepare(SELECT_BLOCKS).all(space) as BlockRow[];
			const opened = openedOrNull(join(this.folder, file), dimensions);
			const read = opened?.read(blocks);
			return blocks.filter((_, k) => !read?.[k]).map(({ hash }) => ({ hash, space }));
		});
	}

	/** Forgets spaces whose file can't be used at all, so that their next rows begin a new file. */
	dropUnusable(): void {
		for (const { space, dimensions, file } of this.db.prepare('SELECT * FROM spaces').all() as SpaceRow[]) {
			if (openedOrNull(join(this.folder, file), dimensions)) continue;
			this.db.prepare('DELETE FROM blocks WHERE space = ?').run(space);
			this.db.prepare('DELETE FROM spaces WHERE space = ?').run(space);
			rmSync(join(this.folder, file), { force: true });
		}
	}

	/** Whether every space's file can be opened. */
	get usable(): boolean {
		const spaces = this.db.prepare('SELECT * FROM spaces').all() as SpaceRow[];
		return spaces.every(({ dimensions, file }) => openedOrNull(join(this.folder, file), dimensions));
	}

	/** Paths of files in the store's folder that belong to no space. */
	strays(): string[] {
		const spaces = this.db.prepare('SELECT * FROM spaces').all() as SpaceRow[];
		const known = new Set(spaces.map(({ file }) => join(this.folder, file)));
		return filesUnder(this.folder).filter(path => !known.has(path));
	}

	#fileFor(space: string, dimensions: number): VectorFile {
		const known = this.#spaceRow(space);
		if (known) {
			if (known.dimensions !== dimensions) {
				throw new RangeError(`space ${space} has ${known.dimensions} dimensions, not ${dimensions}`);
			}
			return VectorFile.open(join(this.folder, known.file), dimensions);
		}
		mkdirSync(this.folder, { recursive: true });
		const name = this.#nextFileName(space);
		const file = VectorFile.create(join(this.folder, name), dimensions);
		this.db.prepare('INSERT INTO spaces (space, dimensions, file) VALUES (?, ?, ?)').run(space, dimensions, name);
		return file;
	}

	/** A name that no file has, so that readers of an old file never meet a new one under its name. */
	#nextFileName(space: string): string {
		const taken = filesUnder(this.folder).map(fileName);
		const stem = space.toLowerCase().replace(/[^a-z0-9]+/g, '-');
		for (let n = 1; ; n++) if (!taken.includes(`${stem}.${n}.sgv`)) return `${stem}.${n}.sgv`;
	}

	#liveRows(space: string): number {
		const { live } = this.db.prepare('SELECT total(rows) AS live FROM blocks WHERE space = ?').get(space) as {
			live: number;
		};
		return live;
	}

	#spaceRow(space: string): SpaceRow | undefined {
		return this.db.prepare('SELECT * FROM spaces WHERE space = ?').get(space) as SpaceRow | undefined;
	}
}

/** Rows in the file, not yet anybody's. */
export type NewBlock = RowBlock & { readonly space: string; readonly spans: Uint8Array };

type SpaceRow = { readonly space: string; readonly dimensions: number; readonly file: string };
type BlockRow = RowBlock & { readonly hash: string; readonly spans: Uint8Array };
type VisibleBlock = BlockRow & { readonly id: number };
type Snapshot = {
	readonly state: string;
	readonly loaded: LoadedRows;
	readonly blocks: readonly VisibleBlock[];
	readonly sections: SectionVectors;
};

const SELECT_BLOCKS = `
	SELECT hash, first_row AS firstRow, rows, checksum, spans FROM blocks WHERE space = ? ORDER BY first_row`;

const SELECT_VISIBLE = `
	SELECT b.hash, b.first_row AS firstRow, b.rows, b.checksum, b.spans, (
		SELECT t.id FROM tracks t JOIN folders f ON f.path = t.folder
		WHERE t.hash = b.hash AND f.reachable ORDER BY t.path LIMIT 1
	) AS id
	FROM blocks b WHERE b.space = ? AND id IS NOT NULL ORDER BY b.first_row`;

const NO_VECTORS: Matrix32 = { rows: 0, cols: 0, data: new Float32Array(0) };

const fileName = (path: string): string => path.split(/[/\\]/).at(-1)!;

const openedOrNull = (path: string, dimensions: number): VectorFile | null => {
	try {
		return VectorFile.open(path, dimensions);
	} catch {
		return null;
	}
};

const sameBlocks = (a: readonly VisibleBlock[], b: readonly VisibleBlock[]): boolean =>
	a.length === b.length && a.every(({ id, firstRow }, k) => id === b[k]!.id && firstRow === b[k]!.firstRow);

/** The rows as they lie in memory where nothing is dead or hidden among them, else a copy without the gaps. */
const sectionsFrom = (space: string, blocks: readonly VisibleBlock[], loaded: LoadedRows): SectionVectors => {
	loaded.extendFor(blocks);
	const cols = loaded.file.dimensions;
	const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
	const offsets = new Uint32Array(blocks.length + 1);
	blocks.forEach((block, k) => {
		offsets[k + 1] = offsets[k]! + block.rows;
	});
	const gapless = blocks.every(({ firstRow }, k) => firstRow === offsets[k]);
	const data = gapless ? loaded.data.subarray(0, rows * cols) : new Float32Array(rows * cols);
	if (!gapless) {
		blocks.forEach((block, k) => {
			data.set(loaded.rowsOf(block), offsets[k]! * cols);
		});
	}
	return {
		space,
		ids: blocks.map(({ id }) => String(id)),
		offsets,
		spans: blocks.flatMap(({ spans }) => unpackSpans(spans)),
		vectors: { rows, cols, data },
	};
};

/** A vector file's rows in memory, with room to grow: rows once loaded never move or change under those who hold them. */
class LoadedRows {
	data = new Float32Array(0);
	#rows = 0;
	readonly #checked = new Set<number>();

	constructor(readonly file: VectorFile) {}

	/** Reads what was appended since; throws EngineError 'catalog-damaged' where a block fails its checksum. */
	extendFor(blocks: readonly RowBlock[]): void {
		const cols = this.file.dimensions;
		const needed = blocks.reduce((most, { firstRow, rows }) => Math.max(most, firstRow + rows), 0);
		if (needed * cols > this.data.length) {
			// The first load takes what it needs; an index that grows while it is searched grows by halves.
			const grown = new Float32Array(Math.max(needed, Math.ceil(this.#rows * 1.5)) * cols);
			grown.set(this.data.subarray(0, this.#rows * cols));
			this.data = grown;
		}
		const fresh = blocks.filter(({ firstRow, rows }) => rows > 0 && !this.#checked.has(firstRow));
		this.file.read(fresh).forEach((rows, k) => {
			if (!rows) throw new EngineError('catalog-damaged', `Vectors in ${this.file.path} fail their checksum.`);
			this.data.set(rows, fresh[k]!.firstRow * cols);
			this.#checked.add(fresh[k]!.firstRow);
		});
		this.#rows = Math.max(this.#rows, needed);
	}

	rowsOf({ firstRow, rows }: RowBlock): Float32Array {
		const cols = this.file.dimensions;
		return this.data.subarray(firstRow * cols, (firstRow + rows) * cols);
	}
}

const packSpans = (spans: readonly Span[]): Uint8Array =>
	new Uint8Array(Float64Array.from(spans.flatMap(({ start, end }) => [start, end])).buffer);

const unpackSpans = (bytes: Uint8Array): Span[] => {
	const times = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
	return Array.from({ length: times.length / 2 }, (_, k) => ({ start: times[2 * k]!, end: times[2 * k + 1]! }));
};
