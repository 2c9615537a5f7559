import type { Engine } from '../../jobs/engine.js';
import { EngineError } from '../../protocol/errors.js';
import type { CatalogMode } from '../catalog-access.js';
import { LocalEngine } from '../engine.js';
import { claimHome, readEngineFile } from '../home.js';
import { parseDevice } from '../inference/device.js';
import { projectVersion } from '../project.js';
import { RemoteEngine } from '../remote-engine.js';
import { SettingsFile } from '../settings-file.js';
import { sharedAddress } from '../shared-catalog/address.js';
import type { Context } from './command-context.js';

/** An engine of our own for reading. It works beside one that has the data folder. */
export const reading = async <Result>(
	context: Context,
	work: (engine: LocalEngine) => Promise<Result>,
): Promise<Result> => closing(openHere(context, 'read'), work);

/**
 * An engine that may write: the running one where there is one, else one of our own that has the data folder until the
 * work is done. Throws 'engine-running' where another process has the folder and serves nobody.
 */
export const writing = async <Result>(
	context: Context,
	work: (engine: Engine) => Promise<Result>,
	mode: 'write' | 'rebuild' = 'write',
): Promise<Result> => {
	const running = await runningEngine(context);
	if (running !== null) return closing(running, work);
	const claim = claimHome(context.home, projectVersion());
	try {
		return await closing(openHere(context, mode), work);
	} finally {
		claim.release();
	}
};

export const openHere = ({ home, env }: Context, catalog: CatalogMode): LocalEngine =>
	new LocalEngine({
		home,
		catalog,
		device: parseDevice(env.SEGUE_DEVICE ?? new SettingsFile(home).current.device),
		shared: sharedAddress(env.SEGUE_CATALOG),
	});

/** Null where nothing answers at the address in engine.json: then whether the folder is free is for its lock to say. */
const runningEngine = async ({ home }: Context): Promise<RemoteEngine | null> => {
	const file = readEngineFile(home);
	if (file === null || file.port === null) return null;
	try {
		return await RemoteEngine.connect(file.port, file.token, projectVersion());
	} catch (error) {
		if (error instanceof EngineError && error.code === 'engine-lost') return null;
		throw error;
	}
};

const closing = async <E extends Engine, Result>(engine: E, work: (engine: E) => Promise<Result>): Promise<Result> => {
	try {
		return await work(engine);
	} finally {
		await engine.close();
	}
};
