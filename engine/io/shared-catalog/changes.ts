import type { PoolClient } from 'pg';
import type { Query, SharedDatabase } from './database.js';

/**
 * Tells whether anything was committed since one last looked, by whichever engine. Writers announce a change in the
 * transaction that makes it; PostgreSQL delivers what was announced before it answers the next statement, so one short
 * statement on the listening connection is as good as reading everything again.
 */
export class Changes {
	#listener: PoolClient | null = null;
	#count = 0;

	constructor(private readonly database: SharedDatabase) {}

	/** To be called in every transaction that changes what readers see. */
	async announce(query: Query): Promise<void> {
		await query("SELECT pg_notify($1, '')", [this.#channel]);
	}

	/** A number that differs after every change; null where that can't be told just now. */
	async latest(): Promise<number | null> {
		try {
			if (this.#listener === null) await this.#listen();
			await this.#listener!.query('SELECT');
			return this.#count;
		} catch {
			// The connection is gone, and so may be what it was to tell.
			this.#drop();
			return null;
		}
	}

	close(): void {
		this.#drop();
	}

	async #listen(): Promise<void> {
		const client = await this.database.dedicated();
		client.on('notification', () => {
			this.#count++;
		});
		client.on('error', () => this.#drop());
		this.#listener = client;
		await client.query(`LISTEN ${this.#channel}`);
		// What happened while nobody listened is not known.
		this.#count++;
	}

	#drop(): void {
		this.#listener?.removeAllListeners('notification');
		this.#listener?.release(true);
		this.#listener = null;
		this.#count++;
	}

	get #channel(): string {
		return `segue_${this.database.address.team}`;
	}
}
