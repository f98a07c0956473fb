// The page: chooses a model and a sequence, lets the machine compute it, and gives it to the viewer.
import { dotnet } from './_framework/dotnet.js';

const models = {
  'copy': { file: 'copy-ntm-lstm', size: ['Length', 1, 120, 20] },
  'repeat-copy': { file: 'repeat-copy-ntm-lstm', size: ['Length', 1, 20, 5], repeats: [1, 20, 4] },
  'associative-recall': { file: 'associative-recall-ntm-ff', size: ['Items', 2, 20, 6] },
  'ngram': { file: 'ngram-ntm-lstm' },
  'priority-sort': { file: 'priority-sort-ntm-lstm' },
};
const find = id => document.getElementById(id);
const [task, size, repeats, edit, state, root] = ['task', 'size', 'repeats', 'edit', 'state', 'viewer'].map(find);
let machine, loaded = '', number = 0, sequence = null, viewer = null;

for (const name of Object.keys(models)) task.append(new Option(name, name));

function arrange() {
  const model = models[task.value];
  find('size-of').hidden = !model.size;
  find('repeats-of').hidden = !model.repeats;
  if (model.size) {
    const [name, least, most, value] = model.size;
    find('size-of').firstChild.textContent = `${name} `;
    Object.assign(size, { min: least, max: most, value });
  }
  if (model.repeats) {
    const [least, most, value] = model.repeats;
    Object.assign(repeats, { min: least, max: most, value });
  }
  size.disabled = !model.size;
  repeats.disabled = !model.repeats;
}

async function load() {
  const { file } = models[task.value];
  if (loaded === file) return;
  const answer = await fetch(`shared/${file}.safetensors`);
  if (!answer.ok) throw new Error(`${file}: the server answers ${answer.status}.`);
  machine.Load(new Uint8Array(await answer.arrayBuffer()), file);
  loaded = file;
}

// The work of a step is done before the browser can paint: let it paint first.
const painted = () => new Promise(done => setTimeout(done, 0));

async function compute(work, step = 0) {
  state.textContent = 'Computing …';
  await painted();
  try {
    await load();
    const start = performance.now();
    sequence = JSON.parse(work());
    show(step);
    state.textContent = `${sequence.steps} steps in ${Math.round(performance.now() - start)} ms.`;
  } catch (error) {
    state.textContent = `It failed: ${error.message}`;
    throw error;
  }
}

function show(step) {
  root.replaceChildren();
  viewer = ntmViewer(root, { title: task.value, outputs: 'probabilities of a one', sequences: [sequence], onInput: change });
  viewer.show(step);
}

const another = () => compute(() => machine.Sequence(task.value, size.disabled ? 0 : size.valueAsNumber, repeats.disabled ? 0 : repeats.valueAsNumber, number++));

// A click on an input: a one becomes a zero, and anything else a one. The targets of what a user draws are not known.
function change(row, step) {
  if (!edit.checked) return false;
  const bytes = Uint8Array.from(atob(sequence.inputs), c => c.charCodeAt(0));
  const values = new Float32Array(bytes.buffer);
  const place = step * sequence.inputSize + row;
  values[place] = values[place] === 1 ? 0 : 1;
  compute(() => machine.Own(btoa(String.fromCharCode(...bytes))), step);
  return true;
}

task.addEventListener('change', () => { arrange(); another(); });
find('choice').addEventListener('submit', event => { event.preventDefault(); another(); });
arrange();
const { getAssemblyExports, getConfig } = await dotnet.create();
machine = (await getAssemblyExports(getConfig().mainAssemblyName)).Ntm.Browser.Machine;
await another();
// A script that drives the page waits for this.
window.page = { machine, models, load, get viewer() { return viewer; }, get sequence() { return sequence; }, another };
