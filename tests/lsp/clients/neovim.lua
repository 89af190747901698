-- Run by: nvim --headless -u CONFIGURATION FILE -S neovim.lua. CONFIGURATION is what docs/editors.md says.
-- Waits for the findings, takes the first preferred fix and all safe fixes, and writes the file.
local function wait(what, holds)
  if not vim.wait(30000, holds, 50) then
    print('waited in vain for ' .. what)
    vim.cmd('cquit!')
  end
end

wait('diagnostics', function() return #vim.diagnostic.get(0) > 0 end)
local found = vim.diagnostic.get(0)
for _, one in ipairs(found) do
  print(string.format('found %s %d:%d', one.code or one.user_data.lsp.code, one.lnum, one.col))
end

local shapes = vim.api.nvim_get_namespaces().shapes
local function marks() return vim.api.nvim_buf_get_extmarks(0, shapes, 0, -1, { details = true }) end
wait('shapes', function() return #marks() > 0 end)
print('shape: ' .. marks()[1][4].virt_text[1][1])

local client = vim.tbl_values(vim.lsp.buf_get_clients(0))[1]
local params = {
  textDocument = vim.lsp.util.make_text_document_params(0),
  range = { start = { line = 0, character = 0 }, ['end'] = { line = 0, character = 0 } },
  context = { diagnostics = {}, only = { 'source.fixAll.kmigrate' } },
}
local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 30000)
for _, answer in pairs(answers) do
  vim.lsp.util.apply_workspace_edit(answer.result[1].edit, client.offset_encoding)
end
vim.cmd('write')
wait('the findings of the new text', function() return #vim.diagnostic.get(0) < #found end)
print('left ' .. #vim.diagnostic.get(0))
vim.cmd('qall!')
