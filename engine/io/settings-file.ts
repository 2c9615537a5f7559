import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Params, type Settings, settings } from '../protocol/messages.js';

/** What the editor chose, kept in `settings.json` of the data folder. What can't be read is taken as never chosen. */
export class SettingsFile {
	#settings: Settings;

	constructor(private readonly home: string) {
		this.#settings = read(home);
	}

	get current(): Settings {
		return this.#settings;
	}

	/** Complete or unchanged after a kill. */
	change(change: Params<'settings.change'>['change']): Settings {
		this.#settings = settings.parse({ ...this.#settings, ...change });
		const path = pathIn(this.home);
		const partial = `${path}.${process.pid}`;
		writeFileSync(partial, `${JSON.stringify(this.#settings, null, '\t')}\n`, { mode: 0o600 });
		renameSync(partial, path);
		return this.#settings;
	}
}

const pathIn = (home: string): string => join(home, 'settings.json');

const read = (home: string): Settings => {
	try {
		const stored: unknown = JSON.parse(readFileSync(pathIn(home), 'utf8'));
		const found = settings.safeParse(stored);
		return found.success ? found.data : settings.parse({});
	} catch {
		return settings.parse({});
	}
};
