import { Pool, type PoolClient } from 'pg';
import { EngineError } from '../../protocol/errors.js';
import type { SharedAddress } from './address.js';
import { migrate } from './migrate.js';
import { persistently } from './persistence.js';

/** Connections of one engine: a few, since a studio has many engines and every connection is a process of the server. */
const CONNECTIONS = 4;

export type Query = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

/** A studio's database as one team sees it. Connects when it is first asked, and again whenever the connection was lost. */
export class SharedDatabase {
	readonly #pool: Pool;
	#ready: Promise<void> | null = null;

	constructor(readonly address: SharedAddress) {
		this.#pool = new Pool({
			connectionString: address.url,
			max: CONNECTIONS,
			connectionTimeoutMillis: 10_000,
			keepAlive: true,
			application_name: 'segue',
			options: sessionSettings(address),
		});
		// A connection that breaks while nobody uses it: the pool drops it and makes another when it is needed.
		this.#pool.on('error', () => {});
	}

	/** One statement that changes nothing. Throws what {@link transaction} throws. */
	read<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
		return persistently(async () => {
			await this.#prepared();
			return (await this.#pool.query(sql, [...values])).rows as Row[];
		});
	}

	/**
	 * Runs work that is complete or absent, and runs it again from its beginning where the connection was lost or another
	 * transaction was in the way. Even the answer to a commit can be lost, so doing it twice must be the same as once.
	 *
	 * Throws EngineError 'catalog-unreachable', 'catalog-read-only', 'catalog-damaged', 'disk-full'.
	 */
	async transaction<Result>(work: (query: Query) => Promise<Result>, kind: 'read' | 'write'): Promise<Result> {
		if (kind === 'write' && this.address.access === 'read') {
			throw new EngineError(
				'catalog-read-only',
				'This catalogue is open for reading only: SEGUE_CATALOG says access=read.',
			);
		}
		return persistently(async () => {
			await this.#prepared();
			return this.#attempt(work, kind);
		});
	}

	/** A connection of one's own, for what belongs to a connection. Nobody tries again for the caller. */
	async dedicated(): Promise<PoolClient> {
		await persistently(() => this.#prepared());
		return this.#pool.connect();
	}

	async close(): Promise<void> {
		await this.#pool.end();
	}

	async #attempt<Result>(work: (query: Query) => Promise<Result>, kind: 'read' | 'write'): Promise<Result> {
		const client = await this.#pool.connect();
		let lost: Error | null = null;
		// A connection that breaks between two statements says so here alone.
		const onError = (error: Error): void => {
			lost = error;
		};
		client.on('error', onError);
		const query: Query = async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
			(await client.query(sql, [...values])).rows as Row[];
		try {
			await client.query(kind === 'read' ? 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' : 'BEGIN');
			const result = await work(query);
			await client.query('COMMIT');
			return result;
		} catch (error) {
			await client.query('ROLLBACK').catch((cause: Error) => {
				lost = cause;
			});
			throw error;
		} finally {
			client.off('error', onError);
			client.release(lost ?? undefined);
		}
	}

	/** Brings the tables up to date once, before anything else. */
	#prepared(): Promise<void> {
		this.#ready ??= migrate(this.#pool, this.address).catch(error => {
			this.#ready = null;
			throw error;
		});
		return this.#ready;
	}
}

const sessionSettings = ({ team, access }: SharedAddress): string =>
	`-c segue.team=${team}${access === 'read' ? ' -c default_transaction_read_only=on' : ''}`;
