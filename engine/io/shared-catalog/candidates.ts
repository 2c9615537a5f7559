import type { SectionVectors } from '../../jobs/catalog.js';
import type { Matrix32 } from '../../numeric/matrix.js';
import type { SharedDatabase } from './database.js';
import { readSections } from './section-snapshots.js';
import { vectorTexts } from './vectors.js';

/** What tracks have to be like to take part; ends belong to a range. */
export type CandidateFilter = {
	/** Beats per minute; a track without a beat is in no range. */
	readonly tempo?: Range | undefined;
	/** In seconds. */
	readonly duration?: Range | undefined;
	/** The largest share of singing, not itself included; all are let in unless given. */
	readonly vocalsBelow?: number | undefined;
};
type Range = { readonly from?: number | undefined; readonly to?: number | undefined };

/** Neighbours of each segment that the index is asked for: as many as it may keep in view at a time. */
const NEIGHBOURS = 400;

/**
 * The sections of those tracks that are most like a cut by the database's own account, for exact ranking here. A track's
 * account adds up, over the cut's segments, the similarity of its section nearest to each; where none of its sections is
 * among the {@link NEIGHBOURS} nearest, the least similarity of those stands in, which it can't exceed. Filters apply
 * before: nobody is crowded out by tracks that may not take part.
 *
 * @param segments - unit vectors of the cut's segments, at least one
 * @param tracks - how many at most
 */
export const candidateSections = (
	database: SharedDatabase,
	space: string,
	segments: Matrix32,
	tracks: number,
	filter: CandidateFilter = {},
): Promise<SectionVectors> =>
	database.transaction(async query => {
		await query(`SET LOCAL hnsw.ef_search = ${NEIGHBOURS}`);
		const neighbours: Neighbour[][] = [];
		const statement = neighboursStatement(database.address.team, space, segments.cols, filter);
		// One by one: of each, every shard answers its own nearest, and the coordinator merges a few hundred rows.
		for (const text of vectorTexts(segments)) neighbours.push(await query<Neighbour>(statement, [text]));
		return readSections(query, space, bestOf(neighbours, tracks));
	}, 'read');

/**
 * Has the database build its index over a team's vectors in one space (HNSW, Malkov and Yashunin 2018), unless it has. Without
 * it the same question reads every vector. Nobody is kept from reading or writing meanwhile.
 */
export const buildVectorIndex = async (database: SharedDatabase, space: string): Promise<void> => {
	const [width] = await database.read<{ dimensions: number }>('SELECT dimensions FROM spaces WHERE space = $1', [
		space,
	]);
	if (width === undefined) return;
	const { team } = database.address;
	const name = `sections_${team}_${space.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`.slice(0, 63);
	const client = await database.dedicated();
	try {
		await client.query(
			`CREATE INDEX CONCURRENTLY IF NOT EXISTS ${name} ON sections
			USING hnsw ((vector::vector(${width.dimensions})) vector_ip_ops) WHERE ${ofTeam(team, space)}`,
		);
	} finally {
		client.release();
	}
};

type Neighbour = { readonly hash: string; readonly similarity: number };

/** As text, since an index over part of a table is used only where the part is spelt out. */
const ofTeam = (team: string, space: string): string => `team = '${team}' AND space = '${space.replaceAll("'", "''")}'`;

/** The sections nearest to the vector $1, by the index where nothing is filtered; <#> is the negative inner product. */
export const neighboursStatement = (team: string, space: string, cols: number, filter: CandidateFilter): string => {
	const where = conditions(filter);
	const nearest = (from: string): string => `
		SELECT s.hash, -(s.vector::vector(${cols}) <#> $1::vector(${cols})) AS similarity FROM ${from}
		ORDER BY s.vector::vector(${cols}) <#> $1::vector(${cols}) LIMIT ${NEIGHBOURS}`;
	const sections = `SELECT hash, vector FROM sections WHERE ${ofTeam(team, space)}`;
	if (where.length === 0) return nearest(`(${sections}) s`);
	// What passes first, and then the nearest of it: exact, and without the index, which knows nothing of filters.
	return `WITH s AS MATERIALIZED (
			SELECT v.hash, v.vector FROM (${sections}) v JOIN contents c ON c.team = '${team}' AND c.hash = v.hash
			WHERE ${where.join(' AND ')}
		) ${nearest('s')}`;
};

const conditions = ({ tempo, duration, vocalsBelow }: CandidateFilter): string[] => [
	...(isRange(tempo) ? ['c.tempo > 0', ...inside('c.tempo', tempo)] : []),
	...(isRange(duration) ? inside('c.duration', duration) : []),
	...(vocalsBelow === undefined ? [] : [`c.vocals < ${Number(vocalsBelow)}`]),
];

const isRange = (range: Range | undefined): range is Range => range?.from !== undefined || range?.to !== undefined;

const inside = (column: string, { from, to }: Range): string[] => [
	...(from === undefined ? [] : [`${column} >= ${Number(from)}`]),
	...(to === undefined ? [] : [`${column} <= ${Number(to)}`]),
];

/** The contents with the highest accounts, as {@link candidateSections} says. */
const bestOf = (neighbours: readonly (readonly Neighbour[])[], tracks: number): string[] => {
	const least = neighbours.map(near => near.at(-1)?.similarity ?? 0);
	const nothing = least.reduce((sum, similarity) => sum + similarity, 0);
	const accounts = new Map<string, number>();
	neighbours.forEach((near, segment) => {
		const best = new Map<string, number>();
		for (const { hash, similarity } of near) best.set(hash, Math.max(best.get(hash) ?? -1, similarity));
		for (const [hash, similarity] of best) {
			accounts.set(hash, (accounts.get(hash) ?? nothing) + similarity - least[segment]!);
		}
	});
	return [...accounts]
		.sort(([, a], [, b]) => b - a)
		.slice(0, tracks)
		.map(([hash]) => hash);
};
