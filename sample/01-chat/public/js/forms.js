import { reasonOf } from './reason.js';

/** Runs what a form with one field is for, and shows beside the field why it was refused. */
export function onSubmit(form, act) {
  const input = form.querySelector('input');
  const error = form.querySelector('.field-error');
  const button = form.querySelector('[type="submit"]');
  input.addEventListener('input', () => showError(form, ''));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await act(input.value);
      error.textContent = '';
    } catch (refusal) {
      showError(form, reasonOf(refusal));
      input.focus();
    } finally {
      button.disabled = false;
    }
  });
}

export function showError(form, text) {
  form.querySelector('.field-error').textContent = text;
  form.querySelector('input').setAttribute('aria-invalid', String(text !== ''));
}
