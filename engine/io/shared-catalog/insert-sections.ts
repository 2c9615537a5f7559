import type { EmbeddedSections } from '../../jobs/catalog.js';
import type { Query } from './database.js';
import { vectorTexts } from './vectors.js';

/** Stores a content's sections in a space, which it has none of. Throws RangeError where spans and rows differ in number, or the space has other dimensions. */
export const insertSections = async (
	query: Query,
	hash: string,
	space: string,
	{ spans, vectors }: EmbeddedSections,
): Promise<void> => {
	if (spans.length !== vectors.rows) throw new RangeError(`${spans.length} spans for ${vectors.rows} vectors`);
	await query('INSERT INTO spaces (space, dimensions) VALUES ($1, $2) ON CONFLICT DO NOTHING', [space, vectors.cols]);
	const [known] = await query<{ dimensions: number }>('SELECT dimensions FROM spaces WHERE space = $1', [space]);
	if (known!.dimensions !== vectors.cols) {
		throw new RangeError(`space ${space} has ${known!.dimensions} dimensions, not ${vectors.cols}`);
	}
	await query('INSERT INTO blocks (hash, space, starts, ends) VALUES ($1, $2, $3, $4)', [
		hash,
		space,
		spans.map(({ start }) => start),
		spans.map(({ end }) => end),
	]);
	await query(
		`INSERT INTO sections (hash, space, position, vector)
		SELECT $1, $2, position - 1, vector::vector FROM unnest($3::text[]) WITH ORDINALITY AS given (vector, position)`,
		[hash, space, vectorTexts(vectors)],
	);
};
