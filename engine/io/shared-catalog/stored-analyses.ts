import { ANALYSIS_VERSION, OLDEST_READABLE_VERSION, type TrackAnalysis } from '../../features/track-analysis.js';
import { EngineError } from '../../protocol/errors.js';
import { decodeAnalysis } from '../catalog/analysis-file.js';
import type { SharedDatabase } from './database.js';
import { hashesOf, unknown } from './placed-tracks.js';

/** Analyses as a shared catalogue holds them. Tracks that are asked for at once come by one statement: a round trip each would be felt. */
export class StoredAnalyses {
	#waiting: Waiting[] = [];

	constructor(private readonly database: SharedDatabase) {}

	/** Throws EngineError 'not-found'; 'catalog-damaged' where it is missing, damaged or too old. */
	ofTrack(id: string): Promise<TrackAnalysis> {
		return new Promise((answer, fail) => {
			this.#waiting.push({ id, answer, fail });
			if (this.#waiting.length === 1) queueMicrotask(() => void this.#fetch());
		});
	}

	/** Null where there is none of this version. */
	async recall(hash: string): Promise<TrackAnalysis | null> {
		try {
			const [row] = await this.database.read<Stored>(SELECT_ANALYSES, [[hash]]);
			return decoded(row, hash, ANALYSIS_VERSION);
		} catch (error) {
			if (error instanceof EngineError && error.code === 'catalog-damaged') return null;
			throw error;
		}
	}

	async #fetch(): Promise<void> {
		const asked = this.#waiting;
		this.#waiting = [];
		try {
			const [hashes, rows] = await this.database.transaction(async query => {
				const known = await hashesOf(
					query,
					asked.map(({ id }) => id),
				);
				const wanted = [...new Set(known.values())];
				return [known, wanted.length > 0 ? await query<Stored>(SELECT_ANALYSES, [wanted]) : []] as const;
			}, 'read');
			const stored = new Map(rows.map(row => [row.hash, row]));
			for (const { id, answer, fail } of asked) {
				try {
					const hash = hashes.get(id);
					if (hash === undefined) throw unknown(id);
					answer(decoded(stored.get(hash), hash, OLDEST_READABLE_VERSION));
				} catch (error) {
					fail(error);
				}
			}
		} catch (error) {
			for (const { fail } of asked) fail(error);
		}
	}
}

type Waiting = {
	readonly id: string;
	readonly answer: (analysis: TrackAnalysis) => void;
	readonly fail: (reason: unknown) => void;
};
type Stored = { readonly hash: string; readonly bytes: Buffer };

const SELECT_ANALYSES = 'SELECT hash, bytes FROM analyses WHERE hash = ANY ($1)';

const decoded = (row: Stored | undefined, hash: string, oldest: number): TrackAnalysis => {
	if (row === undefined) throw new EngineError('catalog-damaged', `The stored analysis of ${hash} is missing.`);
	return decodeAnalysis(row.bytes, `of ${hash}`, oldest);
};
