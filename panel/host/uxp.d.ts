/** What UXP has of the modules that the host script asks for; Adobe publishes no types of them that are current. */
declare const require: {
	(module: 'premierepro'): import('@adobe/premierepro').premierepro;
	(module: 'os'): { homedir(): string; platform(): string };
	(
		module: 'fs',
	): {
		readFileSync(path: string, encoding: 'utf-8'): string;
		readFileSync(path: string): ArrayBuffer;
		lstatSync(path: string): { readonly size: number };
		readdirSync(path: string): string[];
		unlinkSync(path: string): void;
	};
	(
		module: 'uxp',
	): {
		readonly host: { readonly name: string; readonly version: string };
		readonly storage: {
			readonly localFileSystem: { getTemporaryFolder(): Promise<{ readonly nativePath: string }> };
		};
	};
};
