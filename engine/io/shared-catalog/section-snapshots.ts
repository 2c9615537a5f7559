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
		const blocks = await this.database.transaction(
			// In one transaction, so that what is listed and what is fetched belong together.
			query => readChanged(query, space, before?.blocks ?? []),
			'read',
		);
		const same = before !== undefined && sameBlocks(before.blocks, blocks);
		const sections = same ? before.sections : sectionsFrom(space, blocks);
		this.#known.set(space, { change, blocks, sections });
		return sections;
	}
}

/** The visible sections of some contents, in no order that means anything. */
export const readSections = async (query: Query, space: string, hashes: readonly string[]): Promise<SectionVectors> =>
	sectionsFrom(space, await readBlocks(query, space, await query<Listed>(SELECT_VISIBLE_OF, [space, hashes])));

/** All visible blocks of a space, of which `before` has those that did not change. */
const readChanged = async (query: Query, space: string, before: readonly Block[]): Promise<Block[]> => {
	const keyOf = ({ hash, revision }: Listed): string => `${hash} ${revision}`;
	const known = new Map(before.map(block => [keyOf(block), block]));
	const listed = await query<Listed>(SELECT_VISIBLE, [space]);
	const fresh = await readBlocks(
		query,
		space,
		listed.filter(block => !known.has(keyOf(block))),
	);
	const kept = listed.flatMap(block => {
		const same = known.get(keyOf(block));
		return same ? [{ ...same, id: block.id }] : [];
	});
	return [...kept, ...fresh].sort((a, b) => Number(a.revision) - Number(b.revision));
};

const readBlocks = async (query: Query, space: string, listed: readonly Listed[]): Promise<Block[]> => {
	const [width] = await query<{ dimensions: number }>('SELECT dimensions FROM spaces WHERE space = $1', [space]);
	const fetched = new Map<string, Fetched>();
	for (let from = 0; from < listed.length; from += FETCH) {
		const hashes = listed.slice(from, from + FETCH).map(({ hash }) => hash);
		for (const row of await query<Fetched>(SELECT_SECTIONS, [hashes, space])) fetched.set(row.hash, row);
	}
	return listed.map(block => {
		const { starts, ends, vectors } = fetched.get(block.hash)!;
		const cols = width!.dimensions;
		const spans = starts.map((start, k) => ({ start, end: ends[k]! }));
		const data = vectors === null ? new Float32Array(0) : vectorsFrom(vectors, cols);
		return { ...block, spans, vectors: { rows: spans.length, cols, data } };
	});
};

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

const selectVisible = (where: string): string => `
	SELECT DISTINCT ON (b.hash) b.hash, b.revision, t.id
	FROM blocks b
	JOIN tracks t ON t.team = b.team AND t.hash = b.hash
	JOIN folders f ON f.team = t.team AND f.path = t.folder
	WHERE b.space = $1 AND f.reachable ${where}
	ORDER BY b.hash, t.path`;
const SELECT_VISIBLE = selectVisible('');
const SELECT_VISIBLE_OF = selectVisible('AND b.hash = ANY ($2)');

const SELECT_SECTIONS = `
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
