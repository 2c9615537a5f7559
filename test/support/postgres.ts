import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findPostgres } from '../../scripts/setup/postgres.mjs';

const run = promisify(execFile);
const bin = findPostgres();

/**
 * Whether tests that need a PostgreSQL server are left out. On a machine for continuous integration they never are: there
 * a missing server is a failure.
 */
export const withoutPostgres = bin === null && process.env.CI !== 'true';

if (withoutPostgres) {
	console.error(
		'Left out: the tests of the shared catalogue. They need a PostgreSQL server with pgvector; "node scripts/test-postgres.mjs" gets one, or name the folder of its programs in SEGUE_TEST_POSTGRES.',
	);
}

/** A real server with a cluster of its own, on a free port of this computer; tests connect over TCP as a studio does. */
export class PostgresServer {
	private constructor(
		private readonly folder: string,
		readonly port: number,
	) {}

	static async start(): Promise<PostgresServer> {
		if (bin === null) throw new Error('no PostgreSQL with pgvector: run node scripts/test-postgres.mjs');
		const folder = mkdtempSync(join(tmpdir(), 'segue-postgres-'));
		chmodSync(folder, 0o755);
		const data = mkdtempSync(join(folder, 'data-'));
		if (OWNER) chownSync(data, OWNER.uid, OWNER.gid);
		const server = new PostgresServer(data, await freePort());
		await server.#program('initdb', [
			'-D',
			data,
			'-U',
			'postgres',
			'-A',
			'trust',
			'--no-sync',
			'--locale=C',
			'-E',
			'UTF8',
		]);
		await server.resume();
		await server.admin(`CREATE ROLE segue LOGIN`);
		return server;
	}

	/** A new database with pgvector that the ordinary role `segue` owns; answers its address. */
	async database(name: string): Promise<string> {
		await this.admin(`CREATE DATABASE ${name} OWNER segue`);
		await this.admin('CREATE EXTENSION vector', name);
		return `postgres://segue@127.0.0.1:${this.port}/${name}`;
	}

	async admin<Row extends object>(sql: string, database = 'postgres'): Promise<Row[]> {
		const client = new pg.Client({ connectionString: `postgres://postgres@127.0.0.1:${this.port}/${database}` });
		await client.connect();
		try {
			return (await client.query(sql)).rows as Row[];
		} finally {
			await client.end();
		}
	}

	/** Ends the server at once, connections and all, as a crash would. */
	crash(): Promise<void> {
		return this.#program('pg_ctl', ['-D', this.folder, '-m', 'immediate', 'stop']);
	}

	resume(): Promise<void> {
		const options = `-p ${this.port} -k '' -h 127.0.0.1 -c fsync=off -c max_connections=60 -c shared_buffers=32MB`;
		// Its output goes to a file: a server that kept our pipes open would keep us from ending.
		return this.#program('pg_ctl', ['-D', this.folder, '-w', '-l', join(this.folder, 'log'), '-o', options, 'start']);
	}

	async stop(): Promise<void> {
		await this.crash();
		rmSync(join(this.folder, '..'), { recursive: true, force: true });
	}

	async #program(name: string, args: readonly string[]): Promise<void> {
		await run(join(bin!, name), [...args], { cwd: '/', ...OWNER });
	}
}

/** PostgreSQL refuses to run as root: then it runs as the user that every Unix has for such things. */
const OWNER =
	process.getuid?.() === 0
		? {
				uid: Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' })),
				gid: Number(execFileSync('id', ['-g', 'nobody'], { encoding: 'utf8' })),
			}
		: null;

const freePort = (): Promise<number> =>
	new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const { port } = server.address() as { port: number };
			server.close(() => resolve(port));
		});
	});
