import type { EngineAddress } from './engine-connection.js';

/** Folders of the system as they are named on it. */
type System = { readonly home: string; readonly platform: string };

/**
 * Where the engine writes down how it is reached, engine.json in its data folder. A data folder that was moved with
 * SEGUE_HOME can't be known here.
 */
export const engineFilePath = ({ home, platform }: System): string => {
	if (/^win/.test(platform)) return `${home}\\AppData\\Local\\segue\\Data\\engine.json`;
	if (platform === 'darwin') return `${home}/Library/Application Support/segue/engine.json`;
	return `${home}/.local/share/segue/engine.json`;
};

/** Reads the file's text; null where it holds something else, or only half of it. */
export const parseEngineFile = (text: string): EngineAddress | null => {
	try {
		const read: unknown = JSON.parse(text);
		if (typeof read !== 'object' || read === null) return null;
		const { port, token, version } = read as Record<string, unknown>;
		if (typeof token !== 'string' || typeof version !== 'string') return null;
		return { port: typeof port === 'number' ? port : null, token, version };
	} catch {
		return null;
	}
};
