/** What `sallyport init` writes; `config.example.yaml` shows every key. */
export const STARTER_CONFIG = `# Sallyport reads this file when its client starts it. Check it with: sallyport validate
version: 1
profile: balanced

backends:
  - name: files
    command: npx
    args: ["-y", "@modelcontextprotocol/server-filesystem@2026.8.31", "\${PROJECT_DIR}"]
    # Tools that do not exist for the client, whatever else allows them.
    denied_tools: [move_file]

policies:
  # What happens to tools, prompts and resources no list speaks of.
  default: allow
`;
