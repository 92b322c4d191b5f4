"""What style sheets and scripts become before they are published: parts are joined, and made short."""
