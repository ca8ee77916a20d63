"""The contract: small files under their family, one per clause or per shared history."""
