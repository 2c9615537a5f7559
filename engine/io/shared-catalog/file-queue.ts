import { setTimeout as sleep } from 'node:timers/promises';
import PgBoss from 'pg-boss';
import { sameStamp } from '../../jobs/catalog.js';
import { expectedSeconds } from '../../jobs/folder-changes.js';
import { type FileToIndex, isAboutTheFile } from '../../jobs/index-file.js';
import type { FileQueue } from '../../jobs/index-folder.js';
import type { SharedAddress } from './address.js';
import { persistently } from './persistence.js';

export type QueueRules = {
	/**
	 * For so many seconds a file belongs to who took it, beside half as many as it is expected to play: analysing takes a
	 * tenth of that on one processor. After that it is taken to be lost with its worker, and offered again.
	 */
	readonly lease: number;
	/** Seconds between the first attempt and the second; about doubled from then on. */
	readonly retryDelay: number;
	/** How often a file is tried again before it is set aside. */
	readonly retries: number;
};

const RULES: QueueRules = { lease: 60, retryDelay: 2, retries: 3 };

/** Seconds between two looks for files, and for leases that have run out. */
const POLL = 1;

export type QueueState = {
	/** Not yet taken, those to be tried again included. */
	readonly waiting: number;
	/** Taken by a worker. */
	readonly active: number;
	readonly setAside: readonly SetAside[];
};

/** A file that failed at every attempt. */
export type SetAside = { readonly path: string; readonly reason: string; readonly since: string };

/** The files of one team that wait to be indexed, as jobs of pg-boss in the catalogue's own database. */
export class SharedQueue implements FileQueue {
	readonly #boss: PgBoss;
	readonly #name: string;
	#started: Promise<void> | null = null;

	constructor(
		address: SharedAddress,
		private readonly rules = RULES,
	) {
		this.#name = `index_${address.team}`;
		this.#boss = new PgBoss({
			connectionString: address.url,
			application_name: 'segue queue',
			max: 3,
			schedule: false,
			maintenanceIntervalSeconds: 60,
			deleteAfterDays: 1,
			archiveCompletedAfterSeconds: 600,
		});
		// Told of polls that failed because the server was away; the next one asks again.
		this.#boss.on('error', () => {});
	}

	/** Files that were set aside stay so until they change, or {@link retry} is asked for. */
	async add(files: readonly FileToIndex[]): Promise<void> {
		const aside = new Map((await this.#setAside()).map(row => [row.data.path, row]));
		const changed = files.flatMap(({ path, stamp }) => {
			const row = aside.get(path);
			return row && !sameStamp(row.data.stamp, stamp) ? [row.id] : [];
		});
		await this.#forgetSetAside(changed);
		const offered = files.filter(({ path, stamp }) => {
			const row = aside.get(path);
			return !row || !sameStamp(row.data.stamp, stamp);
		});
		const jobs = offered.map((file, k) => ({
			name: this.#name,
			// In the order given; the first of a later call come before the last of an earlier one.
			priority: -k,
			data: file,
			singletonKey: file.path,
			expireInSeconds: Math.ceil(this.rules.lease + expectedSeconds(file) / 2),
		}));
		for (let from = 0; from < jobs.length; from += BATCH) {
			await this.#ask(boss => boss.insert(jobs.slice(from, from + BATCH)));
		}
	}

	async drain(
		index: (file: FileToIndex) => Promise<void>,
		concurrency: number,
		onLeft: (files: number) => void,
		signal?: AbortSignal,
	): Promise<void> {
		// Looked at before anything is taken, so that nobody waits for a queue that is empty.
		if ((await this.left()) === 0) return;
		await this.work(
			index,
			concurrency,
			async () => {
				const left = await this.left();
				onLeft(left);
				return left === 0;
			},
			signal,
		);
	}

	/**
	 * Takes files, `concurrency` at a time, until `isOver` says so or `signal` aborts; those under way are seen to first.
	 * Rejects with a failure that would hit every file.
	 *
	 * @param isOver - asked about every second
	 */
	async work(
		index: (file: FileToIndex) => Promise<void>,
		concurrency: number,
		isOver: () => Promise<boolean>,
		signal?: AbortSignal,
	): Promise<void> {
		const over = new AbortController();
		const stop = (): void => over.abort();
		signal?.addEventListener('abort', stop);
		if (signal?.aborted) stop();
		const takers = Promise.allSettled(
			Array.from({ length: concurrency }, () => this.#take(index, over.signal, signal).finally(stop)),
		);
		try {
			while (!over.signal.aborted && !(await isOver())) {
				await pause(over.signal);
				// Leases that ran out: pg-boss looks for them once a minute by itself, and nobody is to wait for that.
				await this.#ask(boss => boss.expire());
			}
		} finally {
			stop();
			signal?.removeEventListener('abort', stop);
			await takers;
		}
		for (const taker of await takers) if (taker.status === 'rejected') throw taker.reason;
	}

	/** pg-boss's own workers neither wait for the answer to “complete” nor survive that it fails, so jobs are fetched here. */
	async #take(index: (file: FileToIndex) => Promise<void>, over: AbortSignal, cancelled?: AbortSignal): Promise<void> {
		while (!over.aborted) {
			const [job] = await this.#ask(boss => boss.fetch<FileToIndex>(this.#name, { batchSize: 1 }));
			if (job === undefined) {
				await pause(over);
				continue;
			}
			try {
				await index(job.data);
				await this.#ask(boss => boss.complete(this.#name, job.id));
			} catch (error) {
				// Whoever was told to stop has not failed: the file waits again as if nobody had taken it.
				if (cancelled?.aborted) {
					await this.add([job.data]);
					await this.#ask(boss => boss.complete(this.#name, job.id));
				} else {
					const message = error instanceof Error ? error.message : String(error);
					await this.#ask(boss => boss.fail(this.#name, job.id, { message }));
					// Here it would be the same with every other file: they are left to other engines.
					if (!isAboutTheFile(error)) throw error;
				}
			}
		}
	}

	async state(): Promise<QueueState> {
		const counted = await this.#rows<{ state: string; n: string }>(
			'SELECT state, count(*) AS n FROM pgboss.job WHERE name = $1 GROUP BY state',
			[this.#name],
		);
		const count = (...states: string[]): number =>
			counted.reduce((sum, { state, n }) => sum + (states.includes(state) ? Number(n) : 0), 0);
		return {
			waiting: count('created', 'retry'),
			active: count('active'),
			setAside: (await this.#setAside()).map(({ data, output, created_on }) => ({
				path: data.path,
				reason: output?.message ?? output?.value?.message ?? 'unknown',
				since: created_on.toISOString(),
			})),
		};
	}

	/** Offers the files again that were set aside; answers how many. */
	async retry(): Promise<number> {
		const rows = await this.#setAside();
		await this.#forgetSetAside(rows.map(({ id }) => id));
		await this.add(rows.map(({ data }) => data));
		return rows.length;
	}

	async close(): Promise<void> {
		if (this.#started === null) return;
		await this.#boss.stop({ graceful: true, wait: true, timeout: 10_000 }).catch(() => {});
	}

	async #forgetSetAside(ids: string[]): Promise<void> {
		if (ids.length > 0) await this.#ask(boss => boss.deleteJob(this.#deadName, ids));
	}

	#setAside(): Promise<DeadRow[]> {
		return this.#rows<DeadRow>(
			`SELECT id, data, output, created_on FROM pgboss.job WHERE name = $1 AND state = 'created' ORDER BY created_on`,
			[this.#deadName],
		);
	}

	/** Files that wait or are under way. */
	left(): Promise<number> {
		return this.#ask(async boss => Number(await boss.getQueueSize(this.#name, { before: 'completed' })));
	}

	/** pg-boss has no words for lists of jobs, so those are read where it keeps them. */
	async #rows<Row>(sql: string, values: unknown[]): Promise<Row[]> {
		return this.#ask(async boss => (await boss.getDb().executeSql(sql, values)).rows as Row[]);
	}

	#ask<Answer>(work: (boss: PgBoss) => Promise<Answer>): Promise<Answer> {
		return persistently(async () => {
			await this.#prepared();
			return work(this.#boss);
		});
	}

	#prepared(): Promise<void> {
		this.#started ??= this.#start().catch(error => {
			this.#started = null;
			throw error;
		});
		return this.#started;
	}

	async #start(): Promise<void> {
		await this.#boss.start();
		await this.#boss.createQueue(this.#deadName, { name: this.#deadName, retentionDays: 365 });
		await this.#boss.createQueue(this.#name, {
			name: this.#name,
			// One job waits for each path; a second one is not added.
			policy: 'short',
			deadLetter: this.#deadName,
			retryLimit: this.rules.retries,
			retryDelay: this.rules.retryDelay,
			retryBackoff: true,
		});
	}

	get #deadName(): string {
		return `${this.#name}_set_aside`;
	}
}

const pause = (until: AbortSignal): Promise<void> => sleep(1_000 * POLL, undefined, { signal: until }).catch(() => {});

/** Files in one statement. */
const BATCH = 1_000;

type DeadRow = {
	readonly id: string;
	readonly data: FileToIndex;
	readonly output: { readonly message?: string; readonly value?: { readonly message?: string } } | null;
	readonly created_on: Date;
};
