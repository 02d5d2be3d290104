"""The incwo account, over raw HTTP."""
