import type { SectionVectors } from '../../jobs/catalog.js';
import type { Matrix32 } from '../../numeric/matrix.js';
import type { Span } from '../../time/time.js';
import type { Changes } from './changes.js';
import type { Query, SharedDatabase } from './database.js';
import { vectorsFrom } from './vectors.js';

/**
 * The section vectors of each space as they were last read. Whether anything changed since costs one short question; after
 * a change only the sections that are new are fetched.
 */
export class SectionSnapshots {
	readonly #known = new Map<string, Snapshot>();

	constructor(
		private readonly database: SharedDatabase,
		private readonly changes: Changes,
	) {}

	async sections(space: string): Promise<SectionVectors> {
		const change = await this.changes.latest();
		const before = this.#known.get(space);
		if (before !== undefined && change !== null && before.change === change) return before.sections;
		const blocks = await this.database.transaction(query => this.#read(query, space, before), 'read');
		const same = before !== undefined && sameBlocks(before.blocks, blocks);
		const sections = same ? before.sections : sectionsFrom(space, blocks);
		this.#known.set(space, { change, blocks, sections });
		return sections;
	}

	/** In one transaction, so that what is listed and what is fetched belong together. */
	async #read(query: Query, space: string, before: Snapshot | undefined): Promise<Block[]> {
		const known = new Map(before?.blocks.map(block => [`${block.hash} ${block.revision}`, block]));
		const [width] = await query<{ dimensions: number }>('SELECT dimensions FROM spaces WHERE space = $1', [space]);
		const listed = await query<Listed>(SELECT_VISIBLE, [space]);
		const fresh = listed.filter(({ hash, revision }) => !known.has(`${hash} ${revision}`));
		const fetched = new Map<string, Fetched>();
		for (let from = 0; from < fresh.length; from += FETCH) {
			const hashes = fresh.slice(from, from + FETCH).map(({ hash }) => hash);
			for (const row of await query<Fetched>(SELECT_SECTIONS, [hashes, space])) fetched.set(row.hash, row);
		}
		return listed
			.map(({ hash, revision, id }) => {
				const row = fetched.get(hash);
				if (row === undefined) return { ...known.get(`${hash} ${revision}`)!, id };
				const cols = width!.dimensions;
				const data = row.vectors === null ? new Float32Array(0) : vectorsFrom(row.vectors, cols);
				const spans = row.starts.map((start, k) => ({ start, end: row.ends[k]! }));
				return { hash, revision, id, spans, vectors: { rows: spans.length, cols, data } };
			})
			.sort((a, b) => Number(a.revision) - Number(b.revision));
	}
}

/** Contents whose sections are fetched at one go. */
const FETCH = 1_000;

type Snapshot = {
	readonly change: number | null;
	readonly blocks: readonly Block[];
	readonly sections: SectionVectors;
};
type Listed = { readonly hash: string; readonly revision: string; readonly id: string };
type Fetched = {
	readonly hash: string;
	readonly starts: readonly number[];
	readonly ends: readonly number[];
	readonly vectors: Buffer | null;
};
type Block = Listed & { readonly spans: readonly Span[]; readonly vectors: Matrix32 };

const SELECT_VISIBLE = `
	SELECT DISTINCT ON (b.hash) b.hash, b.revision, t.id
	FROM blocks b
	JOIN tracks t ON t.team = b.team AND t.hash = b.hash
	JOIN folders f ON f.team = t.team AND f.path = t.folder
	WHERE b.space = $1 AND f.reachable
	ORDER BY b.hash, t.path`;

export const SELECT_SECTIONS = `
	SELECT b.hash, b.starts, b.ends, string_agg(vector_send(s.vector), ''::bytea ORDER BY s.position) AS vectors
	FROM blocks b
	LEFT JOIN sections s ON s.team = b.team AND s.hash = b.hash AND s.space = b.space
	WHERE b.hash = ANY ($1) AND b.space = $2
	GROUP BY b.team, b.hash, b.space`;

const sameBlocks = (a: readonly Block[], b: readonly Block[]): boolean =>
	a.length === b.length && a.every(({ id, revision }, k) => id === b[k]!.id && revision === b[k]!.revision);

/** The rows of all blocks, one after the other. */
const sectionsFrom = (space: string, blocks: readonly Block[]): SectionVectors => {
	const offsets = new Uint32Array(blocks.length + 1);
	blocks.forEach(({ spans }, k) => {
		offsets[k + 1] = offsets[k]! + spans.length;
	});
	const rows = offsets.at(-1)!;
	const cols = blocks[0]?.vectors.cols ?? 0;
	const data = new Float32Array(rows * cols);
	blocks.forEach(({ vectors }, k) => {
		data.set(vectors.data, offsets[k]! * cols);
	});
	return {
		space,
		ids: blocks.map(({ id }) => id),
		offsets,
		spans: blocks.flatMap(({ spans }) => spans),
		vectors: { rows, cols, data },
	};
};
