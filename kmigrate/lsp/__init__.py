"""The language server: the engine as editors speak to it. It needs pygls, which nothing else of kmigrate does."""
