// Puts the desk on the page, once its language is there.
import { mount } from 'svelte';
import App from './app/App.svelte';
import { choices, showTheme } from './app/choices.svelte.ts';
import { speak } from './i18n/index.ts';
import './tokens.css';

showTheme();
await speak(choices.language);

const target = document.getElementById('desk');
if (!target) throw new Error('the page has no element for the desk');
mount(App, { target });
