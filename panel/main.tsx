import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { Page } from './client/page.js';
import { App } from './view/app.js';
import './view/style.css';

// The engine's content security policy forbids compiling code at run time, so the schemas don't try.
z.config({ jitless: true });

const root = document.getElementById('root');
if (root === null) throw new TypeError('index.html lacks the element #root');
createRoot(root).render(
	<StrictMode>
		<App page={new Page(__VERSION__)} />
	</StrictMode>,
);
