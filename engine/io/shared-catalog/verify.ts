import { ANALYSIS_VERSION } from '../../features/track-analysis.js';
import { EngineError } from '../../protocol/errors.js';
import { decodeAnalysis } from '../catalog/analysis-file.js';
import type { CatalogProblem, VerifyReport } from '../catalog/verify.js';
import type { SharedDatabase } from './database.js';
import type { PostgresCatalog } from './postgres-catalog.js';

/**
 * Reads every analysis of a shared catalogue and compares it with its checksum, and counts the vectors. Analyses of an
 * older version are not read: the next indexing replaces them anyway.
 */
export const verifyShared = async (database: SharedDatabase): Promise<VerifyReport> => {
	const problems: CatalogProblem[] = [];
	let analyses = 0;
	for (let after = ''; ; ) {
		const rows = await database.read<Stored>(SELECT_ANALYSES, [after, ANALYSIS_VERSION]);
		for (const { hash, bytes, paths } of rows) {
			if (!isSound(bytes, hash)) problems.push({ kind: 'analysis', hash, paths });
		}
		analyses += rows.length;
		if (rows.length === 0) break;
		after = rows.at(-1)!.hash;
	}
	const lacking = await database.read<{ hash: string; space: string }>(SELECT_INCOMPLETE);
	const [counted] = await database.read<{ n: string }>('SELECT count(*) AS n FROM tracks');
	return {
		tracks: Number(counted!.n),
		analyses,
		problems: [...problems, ...lacking.map(({ hash, space }) => ({ kind: 'vectors' as const, hash, space }))],
	};
};

/** Removes what can't be trusted, so that indexing makes it again. */
export const repairShared = async (catalog: PostgresCatalog, { problems }: VerifyReport): Promise<void> => {
	for (const problem of problems) {
		if (problem.kind === 'analysis') {
			await catalog.remove((await catalog.withContent(problem.hash)).map(({ id }) => id));
		} else if (problem.kind === 'vectors') {
			await catalog.forgetVectors(problem.hash, problem.space);
		}
	}
};

type Stored = { readonly hash: string; readonly bytes: Buffer | null; readonly paths: readonly string[] };

/** Some at a time: one may take a megabyte. */
const SELECT_ANALYSES = `
	SELECT c.hash, a.bytes, ARRAY(
		SELECT t.path FROM tracks t WHERE t.team = c.team AND t.hash = c.hash ORDER BY t.path
	) AS paths
	FROM contents c LEFT JOIN analyses a ON a.team = c.team AND a.hash = c.hash
	WHERE c.hash > $1 AND c.analysis_version = $2 ORDER BY c.hash LIMIT 50`;

const SELECT_INCOMPLETE = `
	SELECT b.hash, b.space FROM blocks b
	LEFT JOIN sections s ON s.team = b.team AND s.hash = b.hash AND s.space = b.space
	GROUP BY b.team, b.hash, b.space
	HAVING count(s.position) <> cardinality(b.starts)`;

const isSound = (bytes: Buffer | null, hash: string): boolean => {
	if (bytes === null) return false;
	try {
		decodeAnalysis(bytes, `of ${hash}`, ANALYSIS_VERSION);
		return true;
	} catch (error) {
		if (error instanceof EngineError && error.code === 'catalog-damaged') return false;
		throw error;
	}
};
