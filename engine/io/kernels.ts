import { readFileSync } from 'node:fs';
import type { SpectralKernel } from '../features/audio/kernel.js';
import { type SpectralExports, wasmKernel } from '../features/audio/wasm-kernel.js';
import { EngineError } from '../protocol/errors.js';

/**
 * A fresh spectral kernel. The module is compiled once a process and instantiated anew each time, as a kernel's memory
 * belongs to one user. EngineError 'internal' when the build left the module out.
 */
export const spectralKernel = (): SpectralKernel => {
	spectralModule ??= compiled('features/audio/spectral.wasm');
	return wasmKernel(new WebAssembly.Instance(spectralModule).exports as unknown as SpectralExports);
};

let spectralModule: WebAssembly.Module | undefined;

const compiled = (name: string): WebAssembly.Module => {
	// Tests run this file from its source folder, the product from dist; the compiled modules lie in dist alone.
	const engine = new URL(import.meta.url.endsWith('.ts') ? '../../dist/engine/' : '../', import.meta.url);
	try {
		return new WebAssembly.Module(readFileSync(new URL(name, engine)));
	} catch (cause) {
		throw new EngineError('internal', `the compiled kernel ${name} is missing: run npm run build`, { cause });
	}
};
