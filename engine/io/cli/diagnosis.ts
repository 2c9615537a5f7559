import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TERMS } from '../../crops/terms.js';
import { EngineError, ERRORS } from '../../protocol/errors.js';
import { readEngineFile } from '../home.js';
import { parseDevice } from '../inference/device.js';
import { bundledModels, readModels } from '../inference/models.js';
import { openInference } from '../inference/networks.js';
import { findFfmpeg } from '../media/find-ffmpeg.js';
import { InstalledModels } from '../models/installed-models.js';
import { projectPath, projectVersion } from '../project.js';
import { SettingsFile } from '../settings-file.js';
import { sharedAddress } from '../shared-catalog/address.js';
import { SharedDatabase } from '../shared-catalog/database.js';
import { PostgresCatalog } from '../shared-catalog/postgres-catalog.js';
import { Taste } from '../taste.js';
import { VerdictFile } from '../verdict-file.js';

/** What stands with one thing that Segue needs. */
export type Finding = {
	readonly name: string;
	/** 'missing' is what Segue can't do without; 'poor' costs comfort or speed. */
	readonly state: 'good' | 'poor' | 'missing';
	readonly detail: string;
	/** The command or the one step that helps; null where nothing has to be done. */
	readonly fix: string | null;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Looks at everything that Segue needs on this computer. */
export const diagnose = async (home: string, env: Environment): Promise<Finding[]> => [
	node(process.versions.node),
	await nativePackage('better-sqlite3', () => import('better-sqlite3')),
	await nativePackage('onnxruntime-node', () => import('onnxruntime-node')),
	ffmpeg(env),
	await models(),
	await device(env),
	matching(home),
	weights(home),
	await dataFolder(home),
	...(env.SEGUE_CATALOG?.trim() ? [await sharedCatalogue(env.SEGUE_CATALOG)] : []),
	page(),
];

const OLDEST_NODE = [20, 19] as const;

const node = (version: string): Finding => {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	const recent = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
	return recent
		? good('Node', version)
		: missing('Node', `${version} is older than ${OLDEST_NODE.join('.')}`, 'get a newer one from https://nodejs.org');
};

const nativePackage = async (name: string, load: () => Promise<unknown>): Promise<Finding> => {
	try {
		await load();
		return good(name, 'loads');
	} catch (error) {
		return missing(name, firstLine(error), 'npm ci');
	}
};

const ffmpeg = (env: Environment): Finding => {
	const found = findFfmpeg({ ...env });
	if (found === null) {
		const named = env.FFMPEG_PATH;
		return named
			? missing('ffmpeg', `FFMPEG_PATH is ${named}, which does not run`, 'correct FFMPEG_PATH or unset it')
			: missing('ffmpeg', 'ffmpeg and ffprobe are not found', installCommand(env, process.platform));
	}
	return good('ffmpeg', `${found.version}, from ${found.from} (${found.ffmpeg}, ${found.ffprobe})`);
};

const models = async (): Promise<Finding> => {
	try {
		const list = await readModels(bundledModels());
		for (const [id, model] of list) {
			if (model.kind === 'file' && (await hashOf(model.path)) !== model.sha256) {
				throw new EngineError('model-damaged', `${id} (${basename(model.path)}) is not the file we tested`);
			}
		}
		return good('networks', `${list.size}, each the file we tested`);
	} catch (error) {
		return missing('networks', firstLine(error), remedyOf(error));
	}
};

const device = async (env: Environment): Promise<Finding> => {
	try {
		const { networks } = openInference({ device: parseDevice(env.SEGUE_DEVICE ?? 'auto') });
		try {
			const { requested, used, note } = await networks.device();
			return good('device', `${used} (asked for: ${requested}; ${note})`);
		} finally {
			await networks.close();
		}
	} catch (error) {
		return missing('device', firstLine(error), remedyOf(error));
	}
};

/** Which model suggestions come from. */
const matching = (home: string): Finding => {
	// Nothing is run: the graphs are only promised.
	const models = new InstalledModels(join(home, 'models'), openInference().graphs);
	const { id } = models.current;
	return good('matching', `${id}: ${models.about(id)}`);
};

/** Whether what speaks for a crop is weighed by what the editor kept and rejected. */
const weights = (home: string): Finding => {
	const settings = new SettingsFile(home);
	const taste = new Taste(settings, new VerdictFile(home));
	const said = `${taste.judged} suggestions kept or rejected`;
	if (!settings.current.learning) return good('weights', `as documented (${said}; learning from them is off)`);
	const learned = TERMS.map(term => `${term} ${taste.weights[term].toFixed(2)}`).join(', ');
	return good('weights', `learned from ${said}: ${learned}`);
};

const COMFORTABLE_SPACE = 2 * 2 ** 30;

const dataFolder = async (home: string): Promise<Finding> => {
	try {
		await mkdir(home, { recursive: true, mode: 0o700 });
		await access(home, constants.W_OK);
		const { bavail, bsize } = await statfs(home);
		const free = bavail * bsize;
		const engine = readEngineFile(home);
		const served = engine?.url ? `, last served at ${engine.url}` : '';
		const detail = `${home}, ${(free / 2 ** 30).toFixed(1)} GiB free${served}`;
		if (free >= COMFORTABLE_SPACE) return good('data folder', detail);
		return { name: 'data folder', state: 'poor', detail, fix: 'free some space, or name another folder in SEGUE_HOME' };
	} catch (error) {
		return missing('data folder', firstLine(error), 'name a folder that can be written to in SEGUE_HOME');
	}
};

/** Whether the studio's catalogue answers, as whom, and what it holds. Its tables are brought up to date, as by any first question. */
export const sharedCatalogue = async (address: string): Promise<Finding> => {
	try {
		const shared = sharedAddress(address)!;
		const catalog = new PostgresCatalog(new SharedDatabase(shared));
		try {
			const [folders, tracks] = [(await catalog.folders()).length, await catalog.count()];
			const access = shared.access === 'read' ? 'for reading only' : 'for reading and writing';
			// Without the address: it may hold a password.
			return good('shared catalogue', `team ${shared.team}, ${access}; tracks: ${tracks}, folders: ${folders}`);
		} finally {
			await catalog.close();
		}
	} catch (error) {
		return missing('shared catalogue', firstLine(error), remedyOf(error));
	}
};

const page = (): Finding =>
	existsSync(projectPath('dist', 'panel', 'index.html'))
		? good('Segue', `${projectVersion()}, page built`)
		: { name: 'Segue', state: 'poor', detail: `${projectVersion()}, page not built`, fix: 'npm run build' };

const good = (name: string, detail: string): Finding => ({ name, state: 'good', detail, fix: null });

const missing = (name: string, detail: string, fix: string): Finding => ({ name, state: 'missing', detail, fix });

const INSTALL_COMMANDS: readonly (readonly [program: string, command: string])[] = [
	['apt-get', 'sudo apt-get install ffmpeg'],
	['dnf', 'sudo dnf install ffmpeg-free'],
	['pacman', 'sudo pacman -S ffmpeg'],
	['zypper', 'sudo zypper install ffmpeg'],
	['apk', 'sudo apk add ffmpeg'],
	['brew', 'brew install ffmpeg'],
	['winget', 'winget install Gyan.FFmpeg'],
];

/** The command that installs ffmpeg here, by the first package manager on the PATH. */
export const installCommand = (env: Environment, platform: NodeJS.Platform): string => {
	const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter(folder => folder !== '');
	const suffix = platform === 'win32' ? '.exe' : '';
	const found = INSTALL_COMMANDS.find(([program]) =>
		folders.some(folder => existsSync(join(folder, program + suffix))),
	);
	return found?.[1] ?? 'get it from https://ffmpeg.org/download.html, or name it in FFMPEG_PATH';
};

const hashOf = async (path: string): Promise<string> => {
	const hash = createHash('sha256');
	try {
		await pipeline(createReadStream(path), hash);
	} catch (cause) {
		throw new EngineError('model-missing', `${path} cannot be read`, { cause });
	}
	return hash.digest('hex');
};

const firstLine = (error: unknown): string =>
	(error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';

const remedyOf = (error: unknown): string => (error instanceof EngineError ? ERRORS[error.code].remedy : 'npm ci');
