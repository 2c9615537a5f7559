import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import envPaths from 'env-paths';
import { z } from 'zod';
import { EngineError } from '../protocol/errors.js';
import { PROTOCOL_VERSION } from '../protocol/messages.js';

/** The folder that holds all of Segue's data: SEGUE_HOME, else the place this system keeps programs' data in. */
export const dataHome = (env: Readonly<Record<string, string | undefined>>): string => {
	const named = env.SEGUE_HOME?.trim();
	if (!named) return envPaths('segue', { suffix: '' }).data;
	return resolve(named.startsWith('~/') ? join(homedir(), named.slice(2)) : named);
};

/** What engine.json says: who has the data folder, and how to reach it. Readable by its owner only (1.4). */
export type EngineFile = z.infer<typeof engineFile>;

const engineFile = z.object({
	/** The process that holds or last held the folder. */
	pid: z.number().int(),
	version: z.string(),
	protocol: z.number().int(),
	/** Null while nothing serves. */
	port: z.number().int().nullable(),
	url: z.string().nullable(),
	/** Kept from run to run, so that an open page finds a restarted engine. */
	token: z.string().min(32),
});

/** The right to write to a data folder. It belongs to this process and ends with it, however it ends (1.7). */
export type Claim = {
	readonly token: string;
	/** Writes down that the engine serves on a port. */
	serving(port: number): void;
	release(): void;
};

/** Throws 'engine-running' where another process has the folder, naming its address. */
export const claimHome = (home: string, version: string): Claim => {
	prepareHome(home);
	const lock = lockOf(home);
	const token = readEngineFile(home)?.token ?? randomBytes(32).toString('base64url');
	const write = (port: number | null): void =>
		writeEngineFile(home, {
			pid: process.pid,
			version,
			protocol: PROTOCOL_VERSION,
			port,
			url: port === null ? null : `http://127.0.0.1:${port}/`,
			token,
		});
	write(null);
	return {
		token,
		serving: write,
		release: () => {
			write(null);
			lock.close();
		},
	};
};

/** Null where the file is absent or makes no sense; whether its process still runs only {@link claimHome} can tell. */
export const readEngineFile = (home: string): EngineFile | null => {
	try {
		return engineFile.parse(JSON.parse(readFileSync(join(home, 'engine.json'), 'utf8')));
	} catch {
		return null;
	}
};

const prepareHome = (home: string): void => {
	try {
		mkdirSync(home, { recursive: true, mode: 0o700 });
	} catch (cause) {
		throw new EngineError('file-missing', `cannot make the data folder ${home}`, { cause });
	}
};

/**
 * An exclusive transaction on an empty database: a lock of the operating system that every platform has, that nobody
 * can leave behind, and that no process id used again can fake.
 */
const lockOf = (home: string): Database.Database => {
	const lock = new Database(join(home, 'engine.lock'), { timeout: 0 });
	try {
		lock.exec('BEGIN EXCLUSIVE');
		return lock;
	} catch (cause) {
		lock.close();
		const holder = readEngineFile(home);
		const where = holder?.url ? `runs at ${holder.url}` : 'is at work without a page';
		throw new EngineError('engine-running', `a Segue with the data folder ${home} ${where} already`, { cause });
	}
};

const writeEngineFile = (home: string, content: EngineFile): void => {
	const path = join(home, 'engine.json');
	const partial = `${path}.${process.pid}`;
	writeFileSync(partial, `${JSON.stringify(content, null, '\t')}\n`, { mode: 0o600 });
	renameSync(partial, path);
};
