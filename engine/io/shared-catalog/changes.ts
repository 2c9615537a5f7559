import type { PoolClient } from 'pg';
import type { Query, SharedDatabase } from './database.js';

/**
 * Tells whether anything was committed since one last looked, by whichever engine. Writers announce a change in the
 * transaction that makes it; PostgreSQL delivers what was announced before it answers the next statement, so one short
 * statement on the listening connection is as good as reading everything again.
 */
export class Changes {
	#listener: Promise<PoolClient> | null = null;
	#asked: Promise<number | null> = Promise.resolve(null);
	#count = 0;

	constructor(private readonly database: SharedDatabase) {}

	/** To be called in every transaction that changes what readers see. */
	async announce(query: Query): Promise<void> {
		await query("SELECT pg_notify($1, '')", [this.#channel]);
	}

	/** A number that differs after every change; null where that can't be told just now. */
	latest(): Promise<number | null> {
		// One after the other: a connection answers one question at a time.
		this.#asked = this.#asked.then(() => this.#look());
		return this.#asked;
	}

	async #look(): Promise<number | null> {
		this.#listener ??= this.#listen();
		const listener = this.#listener;
		try {
			await (await listener).query('SELECT');
			return this.#count;
		} catch {
			// The connection is gone, and so may be what it was to tell.
			this.#drop(listener);
			return null;
		}
	}

	async close(): Promise<void> {
		await this.#asked;
		if (this.#listener !== null) this.#drop(this.#listener);
	}

	async #listen(): Promise<PoolClient> {
		const client = await this.database.dedicated();
		try {
			client.on('notification', () => {
				this.#count++;
			});
			// Told once more, and acted upon, when the next question fails.
			client.on('error', () => {});
			await client.query(`LISTEN ${this.#channel}`);
			// What happened while nobody listened is not known.
			this.#count++;
			return client;
		} catch (error) {
			client.release(true);
			throw error;
		}
	}

	#drop(listener: Promise<PoolClient>): void {
		if (this.#listener !== listener) return;
		this.#listener = null;
		this.#count++;
		listener.then(client => client.release(true)).catch(() => {});
	}

	get #channel(): string {
		return `segue_${this.database.address.team}`;
	}
}
