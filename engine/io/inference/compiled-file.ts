/**
 * Where a program for another thread or process lies once compiled. Run from its source, as tests do, this looks into
 * the build folder, since only compiled files can be started.
 */
export const compiledFile = (name: 'worker' | 'device-trial'): URL =>
	import.meta.url.endsWith('.ts')
		? new URL(`../../../dist/engine/io/inference/${name}.js`, import.meta.url)
		: new URL(`./${name}.js`, import.meta.url);
